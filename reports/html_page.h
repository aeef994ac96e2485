// SPDX-License-Identifier: Apache-2.0
// What our pages have in common: elements, tables, sections, and the frame with its style and the
// one script that searches. Pages work without the script, and nothing else can run in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/model.h"

namespace loadline::reports {

std::string Element(const char* name, const std::string& attributes, const std::string& inner);
std::string Class(const std::string& name);
// A term and its description in a <dl>.
std::string Row(const std::string& term, const std::string& inner);
// Foreign text between tags: escaped, and without its middle when it is longer than `most` bytes.
std::string Text(std::string_view text, size_t most = 4000);
// The same in the letters of a machine.
std::string Code(std::string_view text, size_t most = 4000);

// A table that scrolls sideways by itself where it is too wide for the page. `name` is for who does
// not see it; `head` are the escaped headings of its columns. In one of kind "parity" the first
// column stays in view, in one of kind "numbers" those from the third on are numbers.
std::string Table(std::string_view name, const std::vector<std::string>& head,
                  const std::string& rows, const char* kind = "");
// A row of a table: what it is about, and its other cells.
std::string TableRow(const std::string& head, const std::string& cells);

// Something that can be unfolded. `summary` and `inner` are markup.
std::string Folded(const std::string& attributes, const std::string& summary,
                   const std::string& inner);
// A JSON document that can be unfolded, of which at most about `most` bytes are shown; empty for
// none.
std::string Document(const char* heading, const SharedJson& document, size_t most = 16 << 10);
// What a host's examination says, for a section of its own; empty for none.
std::string HostSection(const SharedJson& host);

// A share of a bar.
struct Share {
  const char* colour;  // a class: pass, fail, warn, left
  int count;
};
// A bar of shares, as wide as what it stands in. `label` says it in words.
std::string ShareBar(std::string_view label, const std::vector<Share>& shares);

struct Section {
  std::string id;
  std::string heading;  // text, not markup
  std::string html;     // nothing: the page has no such section
};
// The sections, each below its heading, after a list of what there is.
std::string Sections(const std::vector<Section>& sections);

// Fields that search and filter whatever has a data-verdict and a data-area; they are shown where
// the script runs.
std::string SearchBox();
// The attributes that make an element one of those.
std::string Searchable(std::string_view verdicts, std::string_view area);

// A whole page.
std::string Page(const std::string& title, const std::string& body);

}  // namespace loadline::reports
