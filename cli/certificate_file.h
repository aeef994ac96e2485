// SPDX-License-Identifier: Apache-2.0
// Files of certificates, of those who sign them, and of what is shown beside them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "reports/certificates/certificate.h"
#include "reports/certificates/keys.h"

namespace loadline::cli {

// The text of the file.
Result<std::string> ReadCertificateFile(const std::string& path);
// The same error, which names the file.
Error InFile(const std::string& path, Error error);
// The public keys in these files, each once however often it was given.
Result<std::vector<reports::certificates::PublicKey>> ReadPublicKeys(
    const std::vector<std::string>& paths);
// One element of a report's results.
Result<nlohmann::json> ReadResultFile(const std::string& path);

}  // namespace loadline::cli
