// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/given_bundle.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/temp_dir.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using testing::HasSubstr;
namespace fs = std::filesystem;

class GivenBundleTest : public testing::Test {
 protected:
  void SetUp() override { directory_.emplace(TempDir::Make("given").value()); }

  Result<GivenBundle> Read(const std::string& config) {
    std::ofstream(directory_->path() + "/config.json") << config;
    return ReadGivenBundle(directory_->path());
  }

  std::optional<TempDir> directory_;
};

constexpr const char* kConfig = R"({
  "ociVersion": "1.0.2",
  "root": {"path": "image"},
  "process": {"cwd": "/srv/here", "args": ["sh"], "env": ["A=${b}"], "user": {"uid": 5, "gid": 6}},
  "hooks": {"prestart": [{"path": "/bin/true"}]},
  "mounts": [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/etc/hosts", "type": "bind", "source": "hosts", "options": ["rbind", "ro"]},
    {"destination": "/data", "type": "none", "source": "/nowhere/at/all", "options": ["bind"]},
    {"destination": "/sys", "type": "none", "source": "/sys", "options": ["rbind"]}
  ],
  "linux": {"namespaces": [{"type": "network", "path": "/run/netns/x"}, {"type": "mount"}], "cgroupsPath": "a:b:c"}
})";

TEST_F(GivenBundleTest, IsTakenOverButForWhatIsTheHosts) {
  std::ofstream(directory_->path() + "/hosts") << "127.0.0.1 localhost\n";
  const auto given = Read(kConfig);
  ASSERT_TRUE(given.has_value()) << given.error().ToLine();
  EXPECT_FALSE(given->config.contains("hooks"));
  EXPECT_FALSE(given->config["linux"]["namespaces"][0].contains("path"));
  for (const char* place : {"/hooks: ", "/process/args: ", "/root/path: ", "/linux/cgroupsPath: ",
                            "the path of the network namespace: "})
    EXPECT_THAT(given->left_out, testing::Contains(testing::StartsWith(place)));
  ASSERT_EQ(given->stand_ins.size(), 2U);
  EXPECT_FALSE(given->stand_ins[0].directory);
  EXPECT_TRUE(given->stand_ins[1].directory);
}

TEST_F(GivenBundleTest, RunsTheProbeInARootOfOurs) {
  const auto given = Read(kConfig);
  ASSERT_TRUE(given.has_value()) << given.error().ToLine();
  CellPaths paths;
  paths.work = directory_->path() + "/work";
  Container container;
  container.id = "some";
  container.bundle = directory_->path() + "/made";
  fs::create_directories(container.bundle + "/rootfs");
  fs::create_directories(paths.work);
  const auto made = MakeGivenBundle(*given, paths, container);
  ASSERT_TRUE(made.has_value()) << made.error().ToLine();
  EXPECT_EQ(container.config["process"]["args"], json({kProbeInContainer, "serve"}));
  EXPECT_EQ(container.config["process"]["env"], json({"A=${b}"}));
  EXPECT_EQ(container.config["linux"]["cgroupsPath"], "/some");
  EXPECT_EQ(container.config["root"]["path"], "rootfs");
  EXPECT_TRUE(fs::is_directory(container.bundle + "/rootfs/srv/here"));
  EXPECT_EQ(container.config["mounts"][3]["source"], "/sys");
  EXPECT_TRUE(fs::is_directory(container.config["mounts"][2]["source"].get<std::string>()));
}

TEST_F(GivenBundleTest, GetsAProcWhereItHasNone) {
  const auto given = Read(R"({"ociVersion": "1.0.2", "root": {"path": "r"}, "process": {"cwd": "/"},
                              "linux": {"namespaces": [{"type": "pid"}]}})");
  ASSERT_TRUE(given.has_value()) << given.error().ToLine();
  ASSERT_EQ(given->config["mounts"].size(), 1U);
  EXPECT_EQ(given->config["mounts"][0].value("destination", ""), "/proc");
}

TEST_F(GivenBundleTest, ThatCannotBeUsedIsToldInOneLine) {
  const struct {
    const char* config;
    const char* said;
  } bad[] = {
      {"{", "config.json:1:2: "},
      {"[]", "config.json:1:1: "},
      {R"({"ociVersion": "1.0.2", "mounts": 5})", "config.json:1:35: /mounts: "},
      {R"({"ociVersion": "1.0.2"})", "has no \"process\""},
      {R"({"ociVersion": "1.0.2", "process": {"cwd": "/", "args": ["a"]}})", "has no \"linux\""}};
  for (const auto& [config, said] : bad) {
    const auto given = Read(config);
    ASSERT_FALSE(given.has_value()) << config;
    EXPECT_EQ(given.error().kind, ErrorKind::kUnreadable) << config;
    EXPECT_THAT(given.error().ToLine(), HasSubstr(said));
    EXPECT_EQ(given.error().ToLine().find('\n'), std::string::npos);
  }
}

TEST_F(GivenBundleTest, ThatIsNotThereIsTold) {
  EXPECT_EQ(ReadGivenBundle(directory_->path() + "/none").error().kind, ErrorKind::kUnreadable);
  EXPECT_EQ(ReadGivenBundle(directory_->path()).error().kind, ErrorKind::kUnreadable);
  fs::create_directory(directory_->path() + "/config.json");
  EXPECT_EQ(ReadGivenBundle(directory_->path()).error().kind, ErrorKind::kUnreadable);
}

}  // namespace
}  // namespace loadline::conformance
