// SPDX-License-Identifier: Apache-2.0
// The host of a report: what it is, and what it can and cannot judge.
#include <nlohmann/json.hpp>

#include "reports/html_page.h"
#include "reports/page/json_text.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

constexpr size_t kMost = 2000;  // bytes of one value

// The facts that every host has, as people call them.
constexpr std::pair<const char*, const char*> kFacts[] = {
    {"distribution", "distribution"}, {"kernel", "kernel"},
    {"architecture", "architecture"}, {"processors", "processors"},
    {"cgroup", "control groups"},     {"rootless", "called by"}};
constexpr char kAvailable[] = "available";
constexpr char kMissing[] = "missing";

std::string Value(const std::string& key, const json& value) {
  if (key == "rootless" && value.is_boolean())
    return value.get<bool>() ? "a user without rights" : "root";
  if (value.is_string()) return Text(value.get_ref<const std::string&>(), kMost);
  return Text(JsonText(value, kMost), kMost);
}

bool IsKnown(const std::string& key) {
  for (const auto& [name, words] : kFacts) {
    if (key == name) return true;
  }
  return key == kAvailable || key == kMissing;
}

std::string Facts(const json& host) {
  std::string rows;
  const auto add = [&](const std::string& words, const std::string& key) {
    rows += TableRow(EscapeXml(words), Element("td", "", Value(key, host.at(key))));
  };
  for (const auto& [key, words] : kFacts) {
    if (host.contains(key)) add(words, key);
  }
  for (const auto& [key, value] : host.items()) {
    if (!IsKnown(key)) add(key, key);
  }
  return rows.empty() ? "" : Table("the host", {"what", "here"}, rows);
}

// Needs that it does not meet, each with the reason: what a result of "environment" goes back to.
std::string Missing(const json& host) {
  const auto missing = host.find(kMissing);
  if (missing == host.end() || !missing->is_object() || missing->empty()) return "";
  std::string rows;
  for (const auto& [need, why] : missing->items())
    rows += TableRow(Text(need, kMost), Element("td", "", Value(need, why)));
  return Element("h3", "", "What it cannot judge") +
         Table("what the host cannot judge", {"what needs", "because"}, rows);
}

std::string Available(const json& host) {
  const auto available = host.find(kAvailable);
  if (available == host.end() || !available->is_array() || available->empty()) return "";
  std::string items;
  for (const json& need : *available) items += Element("li", "", Value("", need));
  return Folded(Class("area"),
                Element("span", Class("mark pass"), std::to_string(available->size())) +
                    Element("span", Class("name"), "needs of checks that it meets"),
                Element("ul", Class("words"), items));
}

}  // namespace

std::string HostSection(const SharedJson& host) {
  if (!host || !host->is_object() || host->empty()) return "";
  return Facts(*host) + Missing(*host) + Available(*host);
}

}  // namespace loadline::reports
