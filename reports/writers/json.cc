// SPDX-License-Identifier: Apache-2.0
// The json format: all that is known, for scripts.
#include <nlohmann/json.hpp>

#include "reports/json_output.h"
#include "reports/model_json.h"
#include "reports/parity/comparison.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

std::string Write(const Report& report, const WriterOptions&) {
  return WriteJson(ToJson(report), 2);
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions&) {
  return WriteJson(ToJson(comparison), 1);
}

}  // namespace

Writer JsonWriter() { return {"json", "the whole report, for scripts", Write, WriteComparison}; }

}  // namespace loadline::reports
