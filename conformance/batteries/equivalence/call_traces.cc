// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/call_traces.h"

#include <sys/syscall.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "validator/names/kernel_names.h"

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;

constexpr size_t kTold = 3;  // in a message; the evidence has all of them

struct Use {
  long number = 0;
  std::string about;
  auto operator<=>(const Use&) const = default;
};
using Ends = std::set<std::string>;

// One is [NUMBER, ABOUT, END…].
Use UseOf(const json& call) { return {call.at(0).get<long>(), call.at(1).get<std::string>()}; }
Ends EndsOf(const json& call) { return {call.begin() + 2, call.end()}; }

std::string TextOf(const Use& use) {
  const std::string name = validator::SystemCallOf(use.number);
  const std::string about = use.about.starts_with("0x") ? use.about : json(use.about).dump();
  return (name.empty() ? "call " + std::to_string(use.number) : name) + "(" +
         (use.about.empty() ? "" : about) + ")";
}

std::string TextOf(const Ends& ends) {
  std::string text;
  for (const std::string& end : ends) text += (text.empty() ? "" : " or ") + end;
  return text;
}

bool IsOfTheLibrary(long number) { return number == SYS_rseq || number == SYS_set_robust_list; }

// Then the container has no end of its own: its program may just have stopped early.
bool IsPartOf(const Ends& container, const Ends& native) {
  return std::includes(native.begin(), native.end(), container.begin(), container.end());
}

}  // namespace

std::vector<std::string> CallsThatDiffer(const json& native, const json& container) {
  std::map<Use, Ends> natively;
  for (const json& call : native.value("calls", json::array()))
    natively[UseOf(call)] = EndsOf(call);
  std::vector<std::string> anew;
  std::vector<std::string> less;
  for (const json& call : container.value("calls", json::array())) {
    const Use use = UseOf(call);
    const Ends ends = EndsOf(call);
    const auto known = natively.find(use);
    if (known == natively.end() || known->second == ends || IsOfTheLibrary(use.number)) continue;
    (IsPartOf(ends, known->second) ? less : anew)
        .push_back(TextOf(use) + ": natively " + TextOf(known->second) + ", in the container " +
                   TextOf(ends));
  }
  anew.insert(anew.end(), less.begin(), less.end());
  return anew;
}

std::string WordsOnCalls(const json& native, const json& container) {
  for (const auto& [side, where] :
       {std::pair(&native, "natively"), {&container, "in the container"}}) {
    if (side->contains("refused"))
      return std::string("which call it is cannot be seen: tracing is refused ") + where + " (" +
             side->at("refused").get<std::string>() + ")";
  }
  const std::vector<std::string> calls = CallsThatDiffer(native, container);
  if (calls.empty()) return "each of its calls ends as natively: what differs is what they tell";
  std::string words = "the first call that ends otherwise is " + calls.front();
  for (size_t place = 1; place < std::min(calls.size(), kTold); ++place)
    words += ", then " + calls[place];
  return words;
}

}  // namespace loadline::conformance::equivalence
