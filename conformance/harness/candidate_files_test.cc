// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/candidate_files.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/digest.h"
#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::conformance {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::Not;

class CandidateFiles : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& content) const {
    const std::string path = directory_.path() + "/" + name;
    fs::create_directories(fs::path(path).parent_path());
    EXPECT_TRUE(WriteFileAtomically(path, content, 0755).has_value());
    return fs::canonical(path);
  }
  static Profile ProfileOf(const std::string& program) {
    Profile profile;
    profile.command = {program};
    return profile;
  }
  static auto Is(const std::string& path) { return Field(&reports::SubjectFile::path, path); }
  TempDir directory_ = TempDir::Make("files").value();
};

TEST_F(CandidateFiles, AreAProgramItsInterpreterAndTheirLibraries) {
  const std::string script = Write("runtime", "#!/bin/sh\nexit 0\n");
  const auto files = FilesOf(ProfileOf(script));
  EXPECT_THAT(files, Contains(Is(script)));
  EXPECT_THAT(files, Contains(Is(fs::canonical("/bin/sh").string())));
  EXPECT_THAT(files, Contains(Field(&reports::SubjectFile::path, EndsWith("/libc.so.6"))));
  for (const reports::SubjectFile& file : files)
    EXPECT_EQ(file.digest, Sha256(ReadFile(file.path).value())) << file.path;
}

TEST_F(CandidateFiles, AreThoseBesideItAndThoseThatItCalls) {
  const std::string program = Write("bin/runtime", "no program");
  const std::string called = Write("bin/called", "no program either");
  const std::string beside = Write("lib/parts/one.py", "1");
  Profile profile = ProfileOf(program);
  profile.alongside = {"../lib/parts", "called"};
  EXPECT_THAT(FilesOf(profile), ElementsAre(Is(called), Is(program), Is(beside)));
  profile.programs = {{"sh", "dash"}};
  EXPECT_THAT(FilesOf(profile), Contains(Is(fs::canonical("/bin/sh").string())));
}

// A program names its loader, and a hostile one could name anything.
TEST_F(CandidateFiles, RunNothingOfTheCandidates) {
  const std::string mark = directory_.path() + "/mark";
  const std::string loader = Write("loader", "#!/bin/sh\ntouch " + mark + "\n");
  Elf64_Ehdr header{};
  memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_INTERP;
  segment.p_offset = sizeof header + sizeof segment;
  segment.p_filesz = loader.size() + 1;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(&segment), sizeof segment);
  bytes += loader + '\0';
  const std::string program = Write("runtime", bytes);
  const auto files = FilesOf(ProfileOf(program));
  EXPECT_THAT(files, Contains(Is(loader)));
  EXPECT_FALSE(fs::exists(mark));
  // Nor does one that promises more than it holds lead anywhere.
  segment.p_offset = UINT64_MAX - 4;
  bytes.replace(sizeof header, sizeof segment, reinterpret_cast<const char*>(&segment),
                sizeof segment);
  EXPECT_THAT(FilesOf(ProfileOf(Write("other", bytes))), Not(Contains(Is(loader))));
  header.e_phoff = UINT64_MAX - 8;
  bytes.replace(0, sizeof header, reinterpret_cast<const char*>(&header), sizeof header);
  EXPECT_THAT(FilesOf(ProfileOf(Write("third", bytes))), Not(Contains(Is(loader))));
}

TEST_F(CandidateFiles, LeaveOutWhatCannotBeRead) {
  EXPECT_THAT(FilesOf(ProfileOf(directory_.path() + "/none")), testing::IsEmpty());
}

}  // namespace
}  // namespace loadline::conformance
