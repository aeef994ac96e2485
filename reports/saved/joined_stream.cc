// SPDX-License-Identifier: Apache-2.0
#include "reports/saved/joined_stream.h"

#include "reports/model.h"
#include "reports/saved/bounded_json.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

class Joiner {
 public:
  Result<void> Take(json line) {
    if (!line.is_object() || !line.contains("type") || !line["type"].is_string())
      return Failure("a line of a stream is an object with a type");
    const std::string type = line["type"];
    line.erase("type");
    if (finished_) return Failure("the stream goes on after its footer", "pass one run's stream");
    if (document_.is_null() != (type == "header"))
      return document_.is_null()
                 ? Failure("the stream does not begin with a header")
                 : Failure("a second header", "pass each run's stream as a file of its own");
    if (type == "header") return Open(std::move(line));
    if (type == "footer") return Finish(std::move(line));
    if (type == "subject") return Add(std::move(line));
    if (type != "result")
      return Failure("a line of a report is a header, a subject, a result or a footer");
    document_["results"].push_back(std::move(line));
    return {};
  }

  bool begun() const { return !document_.is_null(); }

  bool finished() const { return finished_; }

  json End() && {
    if (!finished_) AddEmptyCounts();
    return std::move(document_);
  }

 private:
  // Results have lines of their own. What else does not belong there the schema knows.
  static Result<void> CheckMembers(const json& line) {
    for (const char* member : {"results", "unfinished"}) {
      if (line.contains(member))
        return Failure("there is no property \"" + std::string(member) + "\" here");
    }
    return {};
  }

  Result<void> Open(json line) {
    RETURN_IF_ERROR(CheckMembers(line));
    if (line.contains("planned")) {
      planned_ = std::move(line["planned"]);
      line.erase("planned");
    }
    document_ = std::move(line);
    document_["results"] = json::array();
    return {};
  }

  // One that was judged while the stream was written.
  Result<void> Add(json line) {
    if (line.size() != 1 || !line.contains("subject"))
      return Failure("a line of a subject holds the subject and nothing else");
    json& subjects = document_["subjects"];
    if (!subjects.is_array()) return Failure("the header has no array of subjects");
    subjects.push_back(std::move(line["subject"]));
    return {};
  }

  Result<void> Finish(json line) {
    RETURN_IF_ERROR(CheckMembers(line));
    document_.update(line);
    finished_ = true;
    return {};
  }

  // The form of what a footer would have said; whoever knows results counts them.
  void AddEmptyCounts() {
    json summary = {{"unexpected", 0}};
    for (const Verdict verdict : kVerdicts) summary[std::string(ToText(verdict))] = 0;
    document_["summary"] = std::move(summary);
    document_["requirements"] = {{"total", 0}, {"judged", 0}, {"passed", 0}, {"failed", 0}};
    document_["durationMs"] = 0;
    document_["unfinished"] = {{"planned", planned_}};
  }

  json document_;
  json planned_ = 0;
  bool finished_ = false;
};

}  // namespace

Result<JoinedStream> JoinStream(std::string_view text) {
  JoinedStream joined;
  Joiner joiner;
  JsonBudget budget;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto value = ParseBounded(line, budget);
    if (!value.has_value() && end == std::string_view::npos && joiner.begun()) {
      joined.cut_line = number;  // killed while it was written
      break;
    }
    auto taken = value.has_value() ? joiner.Take(std::move(*value)) : Result<void>(value.error());
    if (taken.has_value()) continue;
    Error error = std::move(taken).error();
    error.what = "line " + std::to_string(number) + ": " + error.what;
    return error;
  }
  if (!joiner.begun()) return Failure("the stream has no header");
  joined.finished = joiner.finished();
  joined.document = std::move(joiner).End();
  return joined;
}

}  // namespace loadline::reports
