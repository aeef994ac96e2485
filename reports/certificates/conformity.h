// SPDX-License-Identifier: Apache-2.0
// Conformity: what a report entitles its subject to, and why to nothing, where it does not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/model.h"
#include "schema/ledger.h"

namespace loadline::reports::certificates {

// Of a hundred MUSTs that can be judged at all, so many have to be. A usual host lacks what a tenth
// of them need (Intel RDT, RDMA, security modules, huge pages, the other version of control
// groups); who leaves more out (an adapter whose system has no words for it) has shown too little.
inline constexpr int kFloorPercent = 85;

// What a run has of which nothing was left out.
struct WholeRun {
  std::vector<std::string> ids;              // of its results
  std::map<std::string, std::string> suite;  // digests, as Report::suite
};

// A failure that is known, with its reason.
struct Exception {
  std::string result;
  Verdict verdict = Verdict::kFail;
  std::vector<std::string> requirements;
  std::string message;
  std::string reason;
  bool sometimes = false;  // it comes and goes
};

enum class Standing { kPassed, kFailed, kNotJudged };
std::string_view ToText(Standing standing);

struct RequirementStanding {
  std::string id;
  schema::Level level = schema::Level::kMust;
  Standing standing = Standing::kNotJudged;
  std::string why;  // it was not judged
};

// Of the MUSTs that hold in the version and address the subject.
struct Coverage {
  int total = 0;
  int judgeable = 0;  // by some case or battery; the ledger has a reason for each other one
  int judged = 0;
  int passed = 0;
  int failed = 0;
};

struct Conformity {
  std::vector<std::string> refusals;  // empty: a certificate may be made
  std::vector<Exception> exceptions;  // failed MUSTs of the standard; empty: "conformant"
  std::vector<Exception> beyond;      // failed MUSTs of Loadline's own ledger
  std::vector<RequirementStanding> requirements;  // of the standard, by id
  Coverage musts;

  std::string Word() const { return exceptions.empty() ? "conformant" : "conformant-except"; }
};

// Judges the report of one candidate, or of a validation (to which `whole` says nothing).
Conformity JudgeConformity(const Report& report, const WholeRun& whole);

}  // namespace loadline::reports::certificates
