// SPDX-License-Identifier: Apache-2.0
// Image: what a hostile root filesystem has in the place of what a runtime expects there, as data.
#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {

// One file of the image; it takes the place of what is there, and its directories are made.
struct Planted {
  enum class Kind { kLink, kFile, kFifo, kDirectory };
  Kind kind = Kind::kLink;
  std::string path;  // "/dev/null"
  // The target of a link or the content of a file; "${outside}" is where the sentinels are.
  std::string text;
  mode_t mode = 0755;  // of a directory
};
Planted Link(std::string path, std::string target);
Planted File(std::string path, std::string content = "bait\n");
Planted Fifo(std::string path);
Planted Directory(std::string path, mode_t mode = 0755);

// Makes them below `rootfs`, in order.
Result<void> Plant(const std::string& rootfs, const std::vector<Planted>& image,
                   const std::string& outside);

// A row of a table of hostile bundles.
struct HostileBundle {
  std::string check;
  std::string what;  // for messages: "/dev/null is a link"
  std::vector<Planted> image;
  nlohmann::json config = nlohmann::json::object();
  // What is wrong with what the trial showed; none: that nothing outside has changed is enough.
  std::string (*wrong)(const Outcome&) = nullptr;
  std::vector<nlohmann::json> messages;
  bool terminal = false;
  // The configuration alone is a reason to refuse it, whatever the image is.
  bool odd_config = false;
};

// Makes devices usable in the bundles that are made from here on: the work area does not allow any.
Result<void> AllowDevices(const Rig& rig);

// Tries one after the other, each with sentinels of its own. "${outside}" in the configuration is
// where they are. A refusal is a good answer, unless an ordinary image is refused as well: then
// nothing is shown.
Result<void> TryBundles(Rig& rig, Findings& findings, const std::vector<HostileBundle>& bundles);

}  // namespace loadline::conformance::isolation
