// SPDX-License-Identifier: Apache-2.0
// Limits of huge pages: what is beyond them is refused when it is mapped, or ends who touches it.
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/own_group.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kPage = 2 << 20;

const std::string kHolds = "loadline/control/huge-pages/limit";
const std::string kUpdated = "loadline/control/huge-pages/updated";

json Resources(int64_t pages) {
  const json limit = {{"pageSize", "2MB"}, {"limit", pages * kPage}};
  return {{"hugepageLimits", json::array({limit})}};
}

json Touch(int64_t pages) { return {{"tell", "touch"}, {"huge", true}, {"bytes", pages * kPage}}; }

bool IsRefused(const std::string& end) { return end == "ENOMEM" || end == "SIGBUS"; }

// How it ends when one page and then two are touched.
struct Touched {
  std::string one;
  std::string two;
  bool Limited() const { return one == "ok" && IsRefused(two); }
  json ToJson() const { return {{"onePage", one}, {"twoPages", two}}; }
};

template <class Tell>
Result<Touched> TouchBoth(Tell&& tell) {
  Touched touched;
  ASSIGN_OR_RETURN(const json one, tell(Touch(1)));
  ASSIGN_OR_RETURN(const json two, tell(Touch(2)));
  touched.one = one.value("touched", "no answer");
  touched.two = two.value("touched", "no answer");
  return touched;
}

// That there are pages, and that this kernel limits them: a native process with and without the
// limit.
Result<std::string> WhyNotShown(Rig& rig) {
  std::vector<GroupLine> lines = {Line(rig, Figure::kHugePageLimit, kPage)};
  if (Has(rig, Figure::kHugePageReserve))
    lines.push_back(Line(rig, Figure::kHugePageReserve, kPage));
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(const Touched free,
                   TouchBoth([&](const json& message) { return native.Tell(message); }));
  if (free.two != "ok") return "this host has no two huge pages to spare: " + free.two;
  ASSIGN_OR_RETURN(OwnGroup own, OwnGroup::Make(rig, "hugetlb", "huge-pages-control", lines));
  ASSIGN_OR_RETURN(const Touched limited,
                   TouchBoth([&](const json& message) { return own.process().Tell(message); }));
  if (!limited.Limited())
    return "this kernel does not limit a native process either: " + limited.ToJson().dump();
  return std::string();
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const std::string why, WhyNotShown(rig));
  if (!why.empty()) {
    CannotShow(findings, {kHolds, kUpdated}, why);
    return {};
  }
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer({{"linux", {{"resources", Resources(1)}}}}));
  RETURN_IF_ERROR(rig.Run(*container));
  const auto tell = [&](const json& message) { return rig.Tell(*container, message); };
  ASSIGN_OR_RETURN(const Touched limited, TouchBoth(tell));
  findings.Judge(kHolds, limited.Limited(), "with a limit of one page: " + limited.ToJson().dump(),
                 limited.ToJson());
  if (!rig.HasVerb("update")) return {};
  const auto updated = rig.Update(*container, Resources(2));
  if (!updated.has_value()) {
    if (!IsCandidateError(updated.error())) return updated.error();
    findings.Pass(kUpdated, {{"update", updated.error().what}});
    return {};
  }
  ASSIGN_OR_RETURN(const Touched raised, TouchBoth(tell));
  findings.Judge(kUpdated, raised.two == "ok",
                 "after an update to two pages: " + raised.ToJson().dump(), raised.ToJson());
  return {};
}

}  // namespace

BatteryRun HugePagesRun() {
  return {"huge-pages",
          {{kHolds,
            "a container gets as many huge pages as its limit says, and no more",
            {"loadline/control/huge-pages/limit-holds"},
            Needs("hugetlb", {"huge-pages-2MB"})},
           {kUpdated,
            "after an update the new limit of huge pages holds, or it was refused",
            {"loadline/control/update/all-limits"},
            Needs("hugetlb", {"huge-pages-2MB", "verb-update"})}},
          false,
          Work};
}

}  // namespace loadline::conformance::control
