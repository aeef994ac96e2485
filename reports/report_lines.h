// SPDX-License-Identifier: Apache-2.0
// The jsonl format line by line, for whoever writes a report while it comes to be
// (schema/formats/jsonl.json): a header, a line per result as it is known, a footer.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// What is known before the first result. `planned`: the checks that are to be made; 0: unknown.
std::string HeaderLine(const Report& report, int planned);
std::string ResultLine(const CheckResult& result);
// Of a validation, which knows its subjects one by one: a path that was judged. What was found in
// it follows.
std::string PathLine(const Subject& path);
// What is known in the end. A stream without it is a run that was not finished.
std::string FooterLine(const Report& report);

}  // namespace loadline::reports
