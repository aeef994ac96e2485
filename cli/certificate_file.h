// SPDX-License-Identifier: Apache-2.0
// Files of certificates, and what it means for scripts when one is none.
#pragma once

#include <string>

#include "base/result.h"

namespace loadline::cli {

// The text of the file.
Result<std::string> ReadCertificateFile(const std::string& path);
// The same error, which names the file.
Error InFile(const std::string& path, Error error);
// The exit status for an error of reading a certificate: altered ones do not hold, others are
// unreadable.
int StatusOf(const Error& error);

}  // namespace loadline::cli
