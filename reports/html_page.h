// SPDX-License-Identifier: Apache-2.0
// What our pages have in common: elements, and the frame with its style, without scripts.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

std::string Element(const char* name, const std::string& attributes, const std::string& inner);
std::string Class(const std::string& name);
// A term and its description in a <dl>.
std::string Row(const std::string& term, const std::string& inner);
// A JSON document that can be unfolded, cut where it is very long; empty for none.
std::string Document(const char* heading, const SharedJson& document);
// What a host's examination says.
std::string HostSection(const SharedJson& host);
// A whole page.
std::string Page(const std::string& title, const std::string& body);

}  // namespace loadline::reports
