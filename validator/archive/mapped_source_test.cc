// SPDX-License-Identifier: Apache-2.0
#include "validator/archive/mapped_source.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::validator {
namespace {

constexpr size_t kSize = (size_t{9} << 20) + 123;

struct File {
  TempDir folder = TempDir::Make("mapped").value();
  std::string path = folder.path() + "/file";
  UniqueFd fd;
  explicit File(const std::string& content) {
    EXPECT_TRUE(WriteFileAtomically(path, content).has_value());
    fd = Open(path, O_RDONLY).value();
  }
};

TEST(MappedSource, GivesEveryByteOnce) {
  std::string content(kSize, 'x');
  for (size_t i = 0; i < content.size(); i += 1000) content[i] = static_cast<char>(i / 1000);
  const File file(content);
  MappedSource source(file.fd.get(), "file", kSize);
  std::string read;
  while (true) {
    const std::string_view bytes = source.Next().value();
    if (bytes.empty()) break;
    read += bytes;
  }
  EXPECT_EQ(read, content);
}

TEST(MappedSource, SurvivesAFileThatIsCutOff) {
  const File file(std::string(kSize, 'x'));
  MappedSource source(file.fd.get(), "file", kSize);
  ASSERT_FALSE(source.Next().value().empty());
  ASSERT_EQ(truncate(file.path.c_str(), 100), 0);
  const auto after = source.Next();
  ASSERT_TRUE(after.has_value());
  size_t sum = 0;
  for (const char c : *after) sum += static_cast<unsigned char>(c);
  EXPECT_EQ(sum, 0u) << "what is gone reads as zeros";
  EXPECT_FALSE(source.Next().has_value());
}

TEST(MappedSource, AnEmptyFileHasNoBytes) {
  const File file("");
  MappedSource source(file.fd.get(), "file", 0);
  EXPECT_TRUE(source.Next().value().empty());
}

}  // namespace
}  // namespace loadline::validator
