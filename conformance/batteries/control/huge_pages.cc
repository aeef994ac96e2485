// SPDX-License-Identifier: Apache-2.0
// Limits of huge pages: what is beyond them is refused when it is mapped, or ends who touches it.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/groups/own_group.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kPage = 2 << 20;
constexpr int64_t kFirst = 1;  // pages
constexpr int64_t kMore = 2;   // after an update

const std::string kHolds = "loadline/control/huge-pages/limit";
const std::string kUpdated = "loadline/control/huge-pages/updated";

json Resources(int64_t pages) {
  const json limit = {{"pageSize", "2MB"}, {"limit", pages * kPage}};
  return {{"hugepageLimits", json::array({limit})}};
}

json Touch(int64_t pages) { return {{"tell", "touch"}, {"huge", true}, {"bytes", pages * kPage}}; }

bool IsRefused(const std::string& end) { return end == "ENOMEM" || end == "SIGBUS"; }

// How it ends when as many pages as a limit has are touched, and when one more is.
struct Touched {
  std::string within;
  std::string beyond;
  bool Free() const { return within == "ok" && beyond == "ok"; }
  bool Limited() const { return within == "ok" && IsRefused(beyond); }
  json ToJson() const { return {{"within", within}, {"onePageMore", beyond}}; }
};

template <class Tell>
Result<Touched> TouchBoth(int64_t limit, Tell&& tell) {
  Touched touched;
  ASSIGN_OR_RETURN(const json within, tell(Touch(limit)));
  ASSIGN_OR_RETURN(const json beyond, tell(Touch(limit + 1)));
  touched.within = within.value("touched", "no answer");
  touched.beyond = beyond.value("touched", "no answer");
  return touched;
}

// What native processes get: without a limit as many pages as are asked for at all, and with one no
// more than it says. Else this host has too few pages, or its kernel limits nobody.
struct Natives {
  Touched free;
  Touched limited;
  std::string WhyNotShown() const {
    if (!free.Free()) return "this host has no three huge pages to spare: " + free.ToJson().dump();
    if (limited.Limited()) return "";
    return "this kernel does not limit a native process either: " + limited.ToJson().dump();
  }
  json ToJson() const {
    return {{"nativeWithoutLimit", free.ToJson()}, {"nativeWithLimitOfOne", limited.ToJson()}};
  }
};

Result<Natives> TouchNatively(Rig& rig) {
  std::vector<GroupLine> lines = {Line(rig, Figure::kHugePageLimit, kFirst * kPage)};
  if (Has(rig, Figure::kHugePageReserve))
    lines.push_back(Line(rig, Figure::kHugePageReserve, kFirst * kPage));
  Natives natives;
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(natives.free,
                   TouchBoth(kMore, [&](const json& message) { return native.Tell(message); }));
  ASSIGN_OR_RETURN(OwnGroup own, OwnGroup::Make(rig, "hugetlb", "huge-pages-control", lines));
  ASSIGN_OR_RETURN(natives.limited, TouchBoth(kFirst, [&](const json& message) {
                     return own.process().Tell(message);
                   }));
  return natives;
}

Result<void> JudgeLimit(Rig& rig, Findings& findings, const std::string& check,
                        Container& container, int64_t limit, const Natives& natives) {
  ASSIGN_OR_RETURN(const Touched touched, TouchBoth(limit, [&](const json& message) {
                     return rig.Tell(container, message);
                   }));
  findings.JudgeMeasured(
      check, touched.Limited(),
      "with a limit of " + std::to_string(limit) + " huge pages: " + touched.ToJson().dump(),
      {touched.ToJson(), {{"limitPages", limit}}, natives.ToJson()});
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Natives natives, TouchNatively(rig));
  if (!natives.WhyNotShown().empty()) {
    CannotShow(findings, {kHolds, kUpdated}, natives.WhyNotShown());
    return {};
  }
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(kFirst)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  RETURN_IF_ERROR(JudgeLimit(rig, findings, kHolds, *container, kFirst, natives));
  if (!rig.HasVerb("update")) return {};
  ASSIGN_OR_RETURN(const Call updated, rig.TryUpdate(*container, Resources(kMore)));
  if (!updated.Success()) {
    findings.Pass(kUpdated, {{"update", updated.ToText()}});
    return {};
  }
  return JudgeLimit(rig, findings, kUpdated, *container, kMore, natives);
}

}  // namespace

BatteryRun HugePagesRun() {
  return {
      "huge-pages",
      {{kHolds,
        "a container gets as many huge pages as its limit says, and no more",
        {"loadline/control/huge-pages/limit-holds"},
        Needs("hugetlb", {"huge-pages-2MB"})},
       {kUpdated,
        "after an update a container gets as many huge pages as the new limit says, and no more, "
        "or it was refused",
        {"loadline/control/update/all-limits"},
        Needs("hugetlb", {"huge-pages-2MB", "verb-update"})}},
      false,
      Work};
}

}  // namespace loadline::conformance::control
