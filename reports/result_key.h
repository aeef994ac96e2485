// SPDX-License-Identifier: Apache-2.0
// What makes two results of different reports the same one, and which case they are of.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// Who was judged, by what, and, for findings in a document, where.
inline std::string KeyOf(const CheckResult& result) {
  std::string key = result.subject + "\n" + result.id;
  if (result.location)
    key += "\n" + result.location->file + ":" + std::to_string(result.location->line) + ":" +
           std::to_string(result.location->column) + " " + result.location->pointer + " " +
           result.message;
  return key;
}

// "case[/row]" of a result's id "case[/row]@spec[+via]".
inline std::string CaseOf(const std::string& id) { return id.substr(0, id.find('@')); }

}  // namespace loadline::reports
