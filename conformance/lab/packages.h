// SPDX-License-Identifier: Apache-2.0
// Debian's packages, got by the host's apt and opened without installing them. Needs no privilege.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/result.h"
#include "validator/archive/archive_reader.h"

namespace loadline::lab {

// Runs one of Debian's tools, in `directory` when it is named.
Result<RunOutcome> RunTool(std::vector<std::string> words, const std::string& directory = "");
// Everything that `source` still holds.
Result<std::string> ReadWhole(validator::ByteSource& source);

// Called for each entry of a package's file system, with the source of its content.
using PackageVisitor =
    std::function<Result<void>(const validator::TarEntry& entry, validator::TarReader& content)>;
Result<void> ReadPackage(const std::string& package, const PackageVisitor& visit);

// Downloads these packages and what they depend on into `directory`, as for an empty system; the
// files, in order.
Result<std::vector<std::string>> DownloadWithDependencies(const std::vector<std::string>& names,
                                                          const std::string& directory);

}  // namespace loadline::lab
