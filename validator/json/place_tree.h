// SPDX-License-Identifier: Apache-2.0
// PlaceTree: where each value and key of a JSON text stands, in memory linear in the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "validator/json/document.h"

namespace loadline::validator {

struct Place {
  Position value;
  Position key;  // of an element: its value's
};

// Filled in the order of the text: Add a value, Open it when it has members or elements, Close it.
// Paths are not stored (a long key above many values would cost its length for each of them).
class PlaceTree {
 public:
  // `name` is the member's key, which must outlive the tree; nullptr for elements and the root.
  void Add(const Place& place, const std::string* name);
  void Open();
  void Close();
  // The place of the value at an RFC 6901 pointer, or of its nearest ancestor that exists.
  Place Nearest(std::string_view pointer) const;

 private:
  struct Node {
    Place place;
    const std::string* name = nullptr;
    uint32_t first = 0;  // of its children, in children_
    uint32_t count = 0;
  };
  struct OpenNode {
    uint32_t node;
    size_t first_pending;
  };
  // nullptr when there is none.
  const Node* Child(const Node& node, const std::string& token) const;

  std::vector<Node> nodes_;
  std::vector<uint32_t> children_;  // of closed nodes; members sorted by name
  std::vector<uint32_t> pending_;   // children of the nodes that are open, innermost last
  std::vector<OpenNode> open_;
};

}  // namespace loadline::validator
