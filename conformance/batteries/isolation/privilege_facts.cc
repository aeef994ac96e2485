// SPDX-License-Identifier: Apache-2.0
// Who the process is, and what it may do.
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

json ExpectedSet(const Circumstances& c, const char* name) {
  const json sets = CapabilitiesOfPayload(c);
  return sets.is_null() ? json() : sets.at(name);
}

json SeenSet(const Circumstances& c, const char* name) {
  return At(c.probe, ("/capabilities/" + std::string(name)).c_str());
}

json AllFour(const json& id) {
  return {{"real", id}, {"effective", id}, {"saved", id}, {"filesystem", id}};
}

json Intersection(const json& one, const json& other) {
  json both = json::array();
  for (const json& element : one) {
    if (Contains(other, element)) both.push_back(element);
  }
  return Sorted(both);
}

json Union(json one, const json& other) {
  for (const json& element : other) {
    if (!Contains(one, element)) one.push_back(element);
  }
  return Sorted(one);
}

// The ids of a file that its owner has inside, by the mappings of a new user namespace.
json Mapped(const Circumstances& c, const char* mappings, const json& id) {
  const json lines = At(c.config, mappings);
  if (!HasNamespace(c, "user") || !id.is_number()) return id;
  const auto number = id.get<uint64_t>();
  for (const json& line : lines) {
    const uint64_t first = line.value("hostID", uint64_t{0});
    const uint64_t size = line.value("size", uint64_t{0});
    if (number >= first && number - first < size)
      return line.value("containerID", uint64_t{0}) + (number - first);
  }
  constexpr int kOverflowId = 65534;
  return kOverflowId;
}

}  // namespace

// capabilities(7), "Transformation of capabilities during execve()"; the payload's file has none.
json CapabilitiesOfPayload(const Circumstances& c) {
  const json configured = At(c.config, "/process/capabilities");
  if (configured.is_null()) return nullptr;
  // Nobody hands out what he does not have; in a user namespace of its own there is all of it.
  const json limit = At(c.native, "/capabilities/bounding");
  const auto set = [&](const char* name) {
    const json listed = configured.value(name, json::array());
    return HasNamespace(c, "user") || limit.is_null() ? Sorted(listed)
                                                      : Intersection(listed, limit);
  };
  const json inheritable = set("inheritable");
  const json permitted = set("permitted");
  const json ambient = Intersection(set("ambient"), Intersection(inheritable, permitted));
  json payload = {
      {"bounding", set("bounding")}, {"inheritable", inheritable}, {"ambient", ambient}};
  payload["permitted"] = ambient;
  if (Or(At(c.config, "/process/user/uid"), 0) == 0) {
    // Root's program gets all that is not ruled out, but no more than there was when new
    // privileges are renounced.
    json of_root = Union(inheritable, payload["bounding"]);
    if (At(c.config, "/process/noNewPrivileges") == true)
      of_root = Intersection(of_root, permitted);
    payload["permitted"] = Union(of_root, ambient);
  }
  payload["effective"] = payload["permitted"];
  return payload;
}

std::vector<Fact> PrivilegeFacts() {
  return {
      {"bounding-set", "the bounding set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "bounding"); },
       [](const Circumstances& c) { return SeenSet(c, "bounding"); }},
      {"effective-set", "the effective set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "effective"); },
       [](const Circumstances& c) { return SeenSet(c, "effective"); }},
      {"permitted-set", "the permitted set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "permitted"); },
       [](const Circumstances& c) { return SeenSet(c, "permitted"); }},
      {"inheritable-set", "the inheritable set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "inheritable"); },
       [](const Circumstances& c) { return SeenSet(c, "inheritable"); }},
      {"ambient-set", "the ambient set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "ambient"); },
       [](const Circumstances& c) { return SeenSet(c, "ambient"); }},
      {"secure-bits", "no secure bits are set", [](const Circumstances&) { return json(0); },
       [](const Circumstances& c) { return At(c.probe, "/securebits"); }},
      {"no-new-privileges", "new privileges are renounced as the configuration says",
       [](const Circumstances& c) { return Or(At(c.config, "/process/noNewPrivileges"), false); },
       [](const Circumstances& c) { return At(c.probe, "/noNewPrivileges"); }},
      {"user-ids", "all four user ids are the one of the configuration",
       [](const Circumstances& c) { return AllFour(Or(At(c.config, "/process/user/uid"), 0)); },
       [](const Circumstances& c) { return At(c.probe, "/uid"); }},
      {"group-ids", "all four group ids are the one of the configuration",
       [](const Circumstances& c) { return AllFour(Or(At(c.config, "/process/user/gid"), 0)); },
       [](const Circumstances& c) { return At(c.probe, "/gid"); }},
      {"additional-groups", "there are no groups but those of the configuration",
       [](const Circumstances& c) {
         json groups = Or(At(c.config, "/process/user/additionalGids"), json::array());
         groups.push_back(Or(At(c.config, "/process/user/gid"), 0));
         return groups;
       },
       [](const Circumstances& c) { return At(c.probe, "/groups"); }, Match::kAtMost},
      {"file-owners",
       "files of ids that are not mapped belong to nobody, and others to whom they did",
       [](const Circumstances& c) {
         const json owner = At(c.more, "/ownerOutside");
         if (owner.is_null()) return json();
         return json{Mapped(c, "/linux/uidMappings", owner["uid"]),
                     Mapped(c, "/linux/gidMappings", owner["gid"])};
       },
       [](const Circumstances& c) {
         const json seen = SeenAt(c, "/loadline-probe");
         return seen.value("exists", false) ? json{seen["uid"], seen["gid"]} : json();
       }},
      {"session-keyring", "the session keyring is not the caller's",
       [](const Circumstances& c) {
         return At(c.native, "/sessionKeyring").is_null() ? json() : json("its own");
       },
       [](const Circumstances& c) {
         const json keyring = At(c.probe, "/sessionKeyring");
         if (keyring.is_null()) return json();
         return json(keyring == At(c.native, "/sessionKeyring") ? "the caller's" : "its own");
       },
       Match::kExact, Whose::kBoth, "loadline/runtime/create/session-keyring"},
      {"umask", "the umask is the one of the configuration",
       [](const Circumstances& c) {
         const json mask = At(c.config, "/process/user/umask");
         if (mask.is_null()) return json("0022");
         char text[8];
         std::snprintf(text, sizeof text, "%04o", mask.get<unsigned>());
         return json(text);
       },
       [](const Circumstances& c) { return At(c.probe, "/umask"); }},
      {"dumpable", "the process belongs to its user, so that its /proc does",
       [](const Circumstances&) { return json(1); },
       [](const Circumstances& c) { return At(c.probe, "/dumpable"); }},
      {"personality", "the execution domain is the one of the configuration, or the caller's",
       [](const Circumstances& c) {
         const json domain = At(c.config, "/linux/personality/domain");
         if (domain.is_null()) return At(c.native, "/personality");
         return json(domain == "LINUX32" ? "0x8" : "0x0");
       },
       [](const Circumstances& c) { return At(c.probe, "/personality"); }},
  };
}

}  // namespace loadline::conformance::isolation
