// SPDX-License-Identifier: Apache-2.0
// Images whose links lead outside, and requests for masked and read-only places that an image tries
// to send elsewhere. Refusing is a defence; so is doing it inside.
#include <cerrno>

#include "reference-runtime/safety/hostile.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class HostilePaths : public Hostile {
 protected:
  // Links of the image to what is outside, as that is seen from the host; what such a path means
  // inside is there as well, so that a runtime that stays inside can go on.
  void LeadOutside() {
    Link(path("outside/directory"), "/up");
    Link("../outside/directory", "/over");
    for (const std::string& twin : {path("outside"), std::string("/outside")}) {
      std::filesystem::create_directories(path("rootfs" + twin + "/directory"));
      Write(twin + "/file", "of the image\n");
    }
  }

  std::string MountTable() { return RunPayload({"cat", "/proc/self/mountinfo"}); }
};

TEST_F(HostilePaths, AMountThroughALinkIsMadeInside) {
  LeadOutside();
  const Json others = config["mounts"];
  for (const std::string link : {"/up", "/over"}) {
    const std::string inside = link == "/up" ? path("outside/directory") : "/outside/directory";
    config["mounts"] = others;
    Mount(link, "tmpfs", "tmpfs", {"size=64k"});
    EXPECT_THAT(MountTable(), HasSubstr(" " + inside + " ")) << link;
  }
}

TEST_F(HostilePaths, MissingDirectoriesAreMadeInside) {
  LeadOutside();
  Mount("/up/new/deep", "tmpfs", "tmpfs", {});
  Mount("/over/new", "tmpfs", "tmpfs", {});
  Mount("/../../../outside/other", "tmpfs", "tmpfs", {});
  const std::string table = MountTable();
  EXPECT_THAT(table, HasSubstr(" " + path("outside/directory/new/deep") + " "));
  EXPECT_THAT(table, HasSubstr(" /outside/directory/new "));
  EXPECT_THAT(table, HasSubstr(" /outside/other "));
}

TEST_F(HostilePaths, TheFileToBindOverIsMadeInside) {
  LeadOutside();
  ASSERT_TRUE(WriteFileAtomically(path("cargo"), "cargo\n").has_value());
  Link(path("outside/new-file"), "/dangling");
  Link("../outside/other-file", "/hanging");
  Bind(path("cargo"), "/dangling");
  Bind(path("cargo"), "/hanging");
  Bind(path("cargo"), "/up/third-file");
  EXPECT_EQ(RunPayload({"cat", path("outside/new-file"), "cat", "/outside/other-file", "cat",
                        path("outside/directory/third-file")}),
            "cargo\ncargo\ncargo\n");
}

// Covering what a link leads to must not mean covering it on the host, nor losing the mount.
TEST_F(HostilePaths, ALinkThatLeadsNowhereInsideIsAnError) {
  Link(path("outside/directory"), "/up");
  Link("/loop", "/loop");
  Args({"ids"});
  const Json others = config["mounts"];
  for (const char* place : {"/up", "/loop", "/loop/below"}) {
    config["mounts"] = others;
    Mount(place, "tmpfs", "tmpfs", {});
    EXPECT_EQ(Make("create", "a").code, 1) << place;
  }
}

TEST_F(HostilePaths, WhatIsCopiedUpAreTheLinksThemselves) {
  Link(path("outside/file"), "/scratch/link");
  Link(path("outside/directory"), "/scratch/folder");
  Mount("/scratch", "tmpfs", "tmpfs", {"tmpcopyup"});
  const std::string seen = RunPayload({"list", "/scratch", "cat", "/scratch/link"});
  EXPECT_THAT(seen, HasSubstr("link "));
  EXPECT_THAT(seen, Not(HasSubstr("of the host")));
}

// What is asked of /proc and /sys (masks, read-only paths, labels) would be asked of another place.
TEST_F(HostilePaths, ProcAndSysAreMountedOnDirectoriesOnly) {
  Args({"ids"});
  std::filesystem::create_directories(path("rootfs/fake/self/attr"));
  for (const std::string place : {"/proc", "/sys"}) {
    for (const std::string& target :
         {std::string("/fake"), std::string("fake"), std::string("/"), std::string("/nowhere"),
          place, std::string("/bin/payload"), std::string("/dev"), path("outside/directory"),
          std::string("../outside/directory")}) {
      Link(target, place);
      const Answer refused = Make("create", "a");
      EXPECT_EQ(refused.code, 1) << place << " to " << target;
      EXPECT_THAT(refused.errors, HasSubstr("mounting " + place)) << target;
    }
    std::filesystem::remove(path("rootfs" + place));
  }
  EXPECT_EQ(Make("run", "a").code, 0) << "with directories";
}

TEST_F(HostilePaths, AMaskLiesOnWhatALinkLeadsTo) {
  Write("/real/secret", "secret\n");
  Write("/real/folder/file", "secret\n");
  Link("real/secret", "/mask-file");
  Link("/real/folder", "/mask-folder");
  config["linux"]["maskedPaths"] = {"/mask-file", "/mask-folder"};
  EXPECT_EQ(RunPayload({"cat", "/real/secret", "list", "/real/folder", "cat", "/mask-file"}), "\n");
}

TEST_F(HostilePaths, AMaskedDirectoryTakesNoFiles) {
  std::filesystem::create_directories(path("rootfs/secret"));
  config["root"]["readonly"] = false;
  config["linux"]["maskedPaths"] = {"/secret"};
  const std::string table = MountTable();
  const size_t line = table.find(" /secret ");
  ASSERT_NE(line, std::string::npos) << table;
  EXPECT_EQ(table.substr(line, 12), " /secret ro,");
}

// A protection that cannot be given must not be left out in silence.
TEST_F(HostilePaths, WhatCannotBeProtectedIsAnError) {
  Link("/loop", "/loop");
  Args({"ids"});
  const Json system = config["linux"];
  for (const char* list : {"maskedPaths", "readonlyPaths"}) {
    config["linux"] = system;
    config["linux"][list] = {"/loop"};
    EXPECT_EQ(Make("create", "a").code, 1) << list;
  }
}

TEST_F(HostilePaths, AReadOnlyPathIsReadOnlyThroughLinksAndInItsMounts) {
  Write("/real/file", "x");
  Link("/real", "/link");
  config["root"]["readonly"] = false;
  Mount("/real/mount", "tmpfs", "tmpfs", {});
  Mount("/real/mount/below", "tmpfs", "tmpfs", {});
  config["linux"]["readonlyPaths"] = {"/link"};
  const std::string seen =
      RunPayload({"write", "/real/file", "cat", "/proc/self/mountinfo", "list", "/real"});
  EXPECT_THAT(seen, HasSubstr("write /real/file: errno " + std::to_string(EROFS) + "\n"));
  for (const char* place : {" /real ", " /real/mount ", " /real/mount/below "}) {
    const size_t line = seen.rfind(place);
    ASSERT_NE(line, std::string::npos) << seen;
    EXPECT_EQ(seen.substr(line + std::strlen(place), 3), "ro,") << place;
  }
}

// /proc/self/fd of an image that gets no procfs: whoever remounts by such a path protects a decoy.
TEST_F(HostilePaths, TheRootIsReadOnlyWhateverTheImageHasAtProc) {
  LeaveOutMounts("/proc");
  for (int number = 0; number < 40; ++number)
    Link("/decoy", "/proc/self/fd/" + std::to_string(number));
  Mount("/decoy", "tmpfs", "tmpfs", {});
  Write("/file", "x");
  config["root"]["readonly"] = true;
  EXPECT_EQ(RunPayload({"write", "/file"}), "write /file: errno " + std::to_string(EROFS) + "\n");
}

TEST_F(HostilePaths, ReadOnlyMountsAreSoToTheirLastMount) {
  Bind("/sys", "/host-sys", {"rbind", "rro"});
  Bind(path("outside"), "/host-place", {"bind", "ro"});
  const std::string table = MountTable();
  EXPECT_THAT(table, HasSubstr(" /host-place ro,"));
  size_t count = 0;
  for (size_t at = table.find(" /host-sys"); at != std::string::npos;
       at = table.find(" /host-sys", at + 1)) {
    const size_t options = table.find(' ', at + 1) + 1;
    EXPECT_EQ(table.substr(options, 3), "ro,") << table.substr(at, 60);
    ++count;
  }
  if (count < 2) GTEST_SKIP() << "nothing is mounted below /sys";
}

}  // namespace
}  // namespace loadline::runtime
