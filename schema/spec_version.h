// SPDX-License-Identifier: Apache-2.0
// SpecVersion: the version of a standard (SemVer 2.0.0), ordered by its precedence rules.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline::schema {

struct SpecVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string prerelease;  // without "-", e.g. "rc.1"; build metadata is dropped

  // Accepts exactly SemVer 2.0.0.
  static Result<SpecVersion> Parse(std::string_view text);
  std::string ToText() const;
  // -1, 0 or 1.
  int Compare(const SpecVersion& other) const;
  friend bool operator==(const SpecVersion& a, const SpecVersion& b) { return a.Compare(b) == 0; }
  friend bool operator<(const SpecVersion& a, const SpecVersion& b) { return a.Compare(b) < 0; }
  friend bool operator<=(const SpecVersion& a, const SpecVersion& b) { return a.Compare(b) <= 0; }
};

}  // namespace loadline::schema
