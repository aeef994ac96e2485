// SPDX-License-Identifier: Apache-2.0
#include "cli/certificate_file.h"

#include <cerrno>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace loadline::cli {
namespace {

constexpr size_t kCap = size_t{64} << 20;

}  // namespace

Result<std::string> ReadCertificateFile(const std::string& path) { return ReadFile(path, kCap); }

Error InFile(const std::string& path, Error error) {
  error.what = path + ": " + error.what;
  return error;
}

int StatusOf(const Error& error) {
  return error.number == EBADMSG ? kDoesNotConform : ExitStatusOf(error);
}

}  // namespace loadline::cli
