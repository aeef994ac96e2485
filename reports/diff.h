// SPDX-License-Identifier: Apache-2.0
// Diff: which verdicts two reports do not share.
#pragma once

#include <string>
#include <vector>

#include "reports/model.h"

namespace loadline::reports {

struct Change {
  std::string subject;
  std::string id;
  std::optional<Verdict> before;  // absent: the first report has no such result
  std::optional<Verdict> after;   // absent: the second has none
  std::string message;            // of the later one that there is
  bool known = false;             // an expectation says that this deviation comes and goes
};

struct Diff {
  std::vector<Change> changes;  // by subject and id
  int same = 0;                 // results with one verdict in both

  bool Surprises() const;  // any change that is not known
};

// Times, messages and observations are not compared.
Diff Compare(const Report& before, const Report& after);

std::string ToText(const Diff& diff);
// {"schemaVersion", "same", "changes": [{"subject", "id", "before", "after", "known", "message"}]},
// with null for what is not there.
std::string ToJsonText(const Diff& diff);

}  // namespace loadline::reports
