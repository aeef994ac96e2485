// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/candidate_files.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "base/child_process.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/libraries.h"

namespace loadline::conformance {
namespace {

namespace fs = std::filesystem;

// Everything that a program names as what it is started with stands at its beginning.
constexpr size_t kBeginning = 1 << 16;

std::string BeginningOf(const std::string& path) {
  auto file = Open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  if (!file) return "";
  std::string bytes(kBeginning, '\0');
  const ssize_t count = read(file->get(), bytes.data(), bytes.size());
  bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return bytes;
}

// The loader that a dynamic ELF program of 64 bits asks for; empty for any other.
std::string LoaderOf(const std::string& beginning) {
  Elf64_Ehdr header;
  if (beginning.size() < sizeof header) return "";
  memcpy(&header, beginning.data(), sizeof header);
  if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
    return "";
  for (size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    const uint64_t offset = header.e_phoff + i * sizeof segment;
    if (offset > beginning.size() || beginning.size() - offset < sizeof segment) return "";
    memcpy(&segment, beginning.data() + offset, sizeof segment);
    if (segment.p_type != PT_INTERP) continue;
    if (segment.p_offset > beginning.size() ||
        beginning.size() - segment.p_offset < segment.p_filesz)
      return "";
    return std::string(beginning.c_str() + segment.p_offset);
  }
  return "";
}

// A hostile program could name anything as its loader: only the system's own is called.
bool IsOfTheSystem(const std::string& loader) {
  std::error_code error;
  const std::string path = fs::canonical(loader, error).string();
  for (const char* folder : {"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"}) {
    if (!error && path.starts_with(folder)) return true;
  }
  return false;
}

class Collection {
 public:
  void AddProgram(const std::string& path) {
    if (path.empty() || !Add(path)) return;
    const std::string beginning = BeginningOf(path);
    if (beginning.starts_with("#!")) AddInterpreters(beginning.substr(2, beginning.find('\n') - 2));
    if (const std::string loader = LoaderOf(beginning); !loader.empty()) AddLibraries(path, loader);
  }

  // A file, or every file of a directory.
  void AddTree(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return AddProgram(path);
    for (auto entry = fs::recursive_directory_iterator(path, error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (entry->is_regular_file(error)) Add(entry->path().string());
    }
  }

  std::vector<reports::SubjectFile> Take() const {
    std::vector<reports::SubjectFile> files;
    for (const auto& [path, digest] : digests_) files.push_back({path, digest});
    return files;
  }

 private:
  // False when it is known already, or cannot be read.
  bool Add(const std::string& path) {
    std::error_code error;
    const std::string real = fs::canonical(path, error).string();
    if (error || digests_.count(real) != 0) return false;
    const auto digest = Sha256OfFile(real);
    if (!digest) return false;
    digests_[real] = *digest;
    return true;
  }

  // "/usr/bin/env python3": both.
  void AddInterpreters(const std::string& line) {
    std::istringstream words(line);
    for (std::string word; words >> word && !word.starts_with('-');) {
      AddProgram(word.find('/') == std::string::npos ? FindProgram(word) : word);
      if (!word.ends_with("/env")) break;
    }
  }

  void AddLibraries(const std::string& program, const std::string& loader) {
    Add(loader);
    if (!IsOfTheSystem(loader)) return;
    RunOptions options;
    options.spawn.argv = {loader, "--list", program};
    options.spawn.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
    options.deadline = Deadline::After(std::chrono::seconds(20));
    auto outcome = RunToEnd(options);
    if (!outcome) return;
    for (const std::string& path : LibrariesIn(outcome->standard_output)) Add(path);
  }

  std::map<std::string, std::string> digests_;  // by path
};

}  // namespace

std::vector<reports::SubjectFile> FilesOf(const Profile& profile) {
  Collection collection;
  const std::string& program = profile.command.front();
  collection.AddProgram(program);
  for (const auto& [called, package] : profile.programs) collection.AddProgram(FindProgram(called));
  for (const std::string& beside : profile.alongside)
    collection.AddTree((fs::path(program).parent_path() / beside).lexically_normal().string());
  return collection.Take();
}

}  // namespace loadline::conformance
