// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/loop_device.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/files.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

// How often somebody else may take the device that was free a moment ago.
constexpr int kTries = 8;

}  // namespace

Result<LoopDevice> LoopDevice::Make(const std::string& file, int64_t bytes) {
  ASSIGN_OR_RETURN(const UniqueFd control, Open("/dev/loop-control", O_RDWR));
  ASSIGN_OR_RETURN(const UniqueFd backing, Open(file, O_RDWR | O_CREAT | O_EXCL, 0600));
  LoopDevice loop;
  loop.file_ = file;
  // All of it at once: older kernels give a hole that is read its pages then, on the reader's
  // account.
  if (fallocate(backing.get(), 0, 0, bytes) != 0) return CallError("fallocate", file);
  for (int i = 0; i < kTries; ++i) {
    const int number = ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return CallError("ioctl", "LOOP_CTL_GET_FREE");
    loop.path_ = "/dev/loop" + std::to_string(number);
    ASSIGN_OR_RETURN(loop.device_, Open(loop.path_, O_RDWR));
    loop_config config{};
    config.fd = static_cast<unsigned>(backing.get());
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (ioctl(loop.device_.get(), LOOP_CONFIGURE, &config) == 0) {
      struct stat info {};
      if (fstat(loop.device_.get(), &info) != 0) return CallError("fstat", loop.path_);
      loop.major_ = gnu_dev_major(info.st_rdev);
      loop.minor_ = gnu_dev_minor(info.st_rdev);
      return loop;
    }
    if (errno != EBUSY) return CallError("ioctl", "LOOP_CONFIGURE of " + loop.path_);
  }
  return Failure("others take every loop device that is free");
}

LoopDevice::~LoopDevice() {
  if (!file_.empty()) unlink(file_.c_str());
}

json LoopDevice::ForContainer(const char* path, json resources) const {
  const json numbers = {{"type", "b"}, {"major", major_}, {"minor", minor_}};
  json node = numbers;
  node.update({{"fileMode", 0600}, {"uid", 0}, {"gid", 0}});
  json allowed = numbers;
  allowed.update({{"allow", true}, {"access", "rwm"}});
  resources["devices"] = {{{"allow", false}, {"access", "rwm"}}, allowed};
  return {{"linux", {{"devices", {{path, node}}}, {"resources", std::move(resources)}}}};
}

}  // namespace loadline::conformance::control
