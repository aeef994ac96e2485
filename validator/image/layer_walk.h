// SPDX-License-Identifier: Apache-2.0
// LayerWalk: judges the entries of a layer as they pass by (image-spec layer.md).
#pragma once

#include <string>
#include <vector>

#include "validator/archive/archive_reader.h"
#include "validator/image/observation.h"
#include "validator/image/path_set.h"

namespace loadline::validator {

class LayerWalk {
 public:
  void See(const TarEntry& entry);
  // When the last entry has passed.
  void Finish();
  const Observations& observations() const { return observations_; }

 private:
  void SeeWhiteout(const TarEntry& entry, const std::string& parent, std::string_view name);
  void SeeLink(const TarEntry& entry, const std::string& path);
  void CheckPath(const TarEntry& entry, const std::string& path);

  PathSet paths_;
  std::vector<std::string> whiteouts_;  // what they hide; the first thousand
  bool has_links_ = false;
  bool said_opaque_ = false;
  bool said_order_ = false;
  bool said_absolute_ = false;
  Observations observations_;
};

}  // namespace loadline::validator
