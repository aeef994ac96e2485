// SPDX-License-Identifier: Apache-2.0
// Rules on the vm section: the hypervisor, kernel, image and hardware of a virtual machine.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kHypervisor[] = {"oci-runtime/config-vm/hypervisor/path-absolute"};
constexpr std::string_view kKernel[] = {"oci-runtime/config-vm/kernel/path-absolute"};
constexpr std::string_view kInitrd[] = {"oci-runtime/config-vm/kernel/initrd-absolute"};
constexpr std::string_view kImage[] = {"oci-runtime/config-vm/image/path-absolute"};

constexpr std::string_view kFormats[] = {"raw", "qcow2", "vdi", "vmdk", "vhd"};

void CheckAbsolute(const RuleInput& input, Reporter& reporter, const std::string& pointer) {
  const auto path = StringAt(input.config, pointer);
  if (path && !path->starts_with('/'))
    reporter.Report(pointer, "\"" + *path + "\" is not an absolute path", "begin it with /");
}
void CheckHypervisor(const RuleInput& input, Reporter& reporter) {
  CheckAbsolute(input, reporter, "/vm/hypervisor/path");
}
void CheckKernel(const RuleInput& input, Reporter& reporter) {
  CheckAbsolute(input, reporter, "/vm/kernel/path");
}
void CheckInitrd(const RuleInput& input, Reporter& reporter) {
  CheckAbsolute(input, reporter, "/vm/kernel/initrd");
}
void CheckImage(const RuleInput& input, Reporter& reporter) {
  CheckAbsolute(input, reporter, "/vm/image/path");
}

// Another one is allowed: oci-runtime/config-vm/image/format-own.
void CheckFormat(const RuleInput& input, Reporter& reporter) {
  const auto format = StringAt(input.config, "/vm/image/format");
  if (format && std::find(std::begin(kFormats), std::end(kFormats), *format) == std::end(kFormats))
    reporter.Report("/vm/image/format", "\"" + *format + "\" is not a commonly supported format",
                    "use raw, qcow2, vdi, vmdk or vhd");
}

void CheckNegative(const Json& value, const std::string& pointer, Reporter& reporter) {
  if (value.is_number_integer() && value < 0)
    reporter.Report(pointer, value.dump() + " is below zero", "count from 0");
}

void CheckHardware(const RuleInput& input, Reporter& reporter) {
  for (const std::string pointer : {"/vm/hwConfig/vcpus", "/vm/hwConfig/memory"}) {
    const Json* value = At(input.config, pointer);
    if (value != nullptr) CheckNegative(*value, pointer, reporter);
  }
  ForEach(input.config, "/vm/hwConfig/iomems", [&](const Json& range, const std::string& pointer) {
    for (const char* key : {"firstGFN", "firstMFN", "nrMFNs"}) {
      const Json* value = Get(range, key);
      if (value != nullptr) CheckNegative(*value, Join(pointer, key), reporter);
    }
  });
  ForEach(input.config, "/vm/hwConfig/irqs", [&](const Json& irq, const std::string& pointer) {
    CheckNegative(irq, pointer, reporter);
  });
}

constexpr Rule kRules[] = {
    {"config/vm/hypervisor-path-absolute", "the path of the hypervisor is absolute", Level::kMust,
     kHypervisor, CheckHypervisor},
    {"config/vm/kernel-path-absolute", "the path of the kernel is absolute", Level::kMust, kKernel,
     CheckKernel},
    {"config/vm/initrd-absolute", "the path of the initial ramdisk is absolute", Level::kMust,
     kInitrd, CheckInitrd},
    {"config/vm/image-path-absolute", "the path of the image is absolute", Level::kMust, kImage,
     CheckImage},
    {"config/vm/image-format",
     "the format of the image is a common one",
     Level::kShould,
     {},
     CheckFormat},
    {"config/vm/hardware-not-negative",
     "no number of the hardware is below zero",
     Level::kMust,
     {},
     CheckHardware},
};

}  // namespace

RuleArea VmRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
