// SPDX-License-Identifier: Apache-2.0
// The images of an inventory, as those who ask for one of them see them.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "validator/image/inventory.h"

namespace loadline::validator {

struct ImageInInventory {
  std::shared_ptr<const nlohmann::json> manifest;  // nullptr for an archive of `docker save`
  std::shared_ptr<const nlohmann::json> config;    // nullptr when it is not there
  std::vector<std::string> layers;                 // paths of blobs, the base first
};

// Every image that index.json leads to, or that manifest.json lists; of this reference name when
// there is one.
std::vector<ImageInInventory> ImagesIn(const Inventory& inventory, const std::string& name);

}  // namespace loadline::validator
