// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/left_out.h"

namespace loadline::conformance {

using nlohmann::json;

void LeaveOut(json& changes, const std::string& place, json& left_out) {
  const json::json_pointer pointer(place);
  if (!changes.contains(pointer)) return;
  changes.at(pointer.parent_pointer()).erase(pointer.back());
  left_out.push_back(place);
}

json LeaveOutUnexpressed(json& changes, const Profile& profile) {
  json left_out = json::array();
  for (const std::string& place : profile.cannot_express) LeaveOut(changes, place, left_out);
  return left_out;
}

}  // namespace loadline::conformance
