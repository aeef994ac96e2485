// SPDX-License-Identifier: Apache-2.0
// Evidence: the files that a certificate rests on, by digest. Nothing may be missing, and nothing
// may be more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::reports::certificates {

struct EvidenceFile {
  std::string name;    // without a directory
  std::string digest;  // "sha256:…"
  uint64_t size = 0;   // in bytes
};

// The files at these paths. An error when one cannot be read, or two have one name.
Result<std::vector<EvidenceFile>> CollectEvidence(const std::vector<std::string>& paths);

// What is wrong with a directory that should hold these files and no other: a line each, empty when
// nothing is. Symbolic links and directories are more than there should be.
std::vector<std::string> WrongInDirectory(const std::string& directory,
                                          const std::vector<EvidenceFile>& files);
// What is wrong with one file, empty when nothing is.
std::string WrongInFile(const std::string& path, const EvidenceFile& file);

}  // namespace loadline::reports::certificates
