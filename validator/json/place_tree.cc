// SPDX-License-Identifier: Apache-2.0
#include "validator/json/place_tree.h"

#include <algorithm>
#include <charconv>

namespace loadline::validator {
namespace {

// Takes the first reference token off a pointer and undoes its escapes.
std::string TakeToken(std::string_view& pointer) {
  const size_t end = std::min(pointer.find('/', 1), pointer.size());
  std::string token;
  for (size_t i = 1; i < end; ++i) {
    if (pointer[i] == '~' && i + 1 < end) {
      token += pointer[++i] == '1' ? '/' : '~';
    } else {
      token += pointer[i];
    }
  }
  pointer.remove_prefix(end);
  return token;
}

}  // namespace

void PlaceTree::Add(const Place& place, const std::string* name) {
  pending_.push_back(static_cast<uint32_t>(nodes_.size()));
  nodes_.push_back({place, name, 0, 0});
}

void PlaceTree::Open() { open_.push_back({pending_.back(), pending_.size()}); }

void PlaceTree::Close() {
  const auto first = pending_.begin() + static_cast<ptrdiff_t>(open_.back().first_pending);
  const auto name = [this](uint32_t node) -> const std::string& { return *nodes_[node].name; };
  auto last = pending_.end();
  if (first != last && nodes_[*first].name != nullptr) {
    // Of members with the same name the last one counts, as it does for the values.
    std::reverse(first, last);
    std::stable_sort(first, last, [&](uint32_t a, uint32_t b) { return name(a) < name(b); });
    last = std::unique(first, last, [&](uint32_t a, uint32_t b) { return name(a) == name(b); });
  }
  Node& closed = nodes_[open_.back().node];
  closed.first = static_cast<uint32_t>(children_.size());
  closed.count = static_cast<uint32_t>(last - first);
  children_.insert(children_.end(), first, last);
  pending_.resize(open_.back().first_pending);
  open_.pop_back();
}

const PlaceTree::Node* PlaceTree::Child(const Node& node, const std::string& token) const {
  if (node.count == 0) return nullptr;
  const auto begin = children_.begin() + node.first;
  const auto end = begin + node.count;
  if (nodes_[*begin].name != nullptr) {
    const auto found = std::lower_bound(begin, end, token, [this](uint32_t child, const auto& key) {
      return *nodes_[child].name < key;
    });
    return found != end && *nodes_[*found].name == token ? &nodes_[*found] : nullptr;
  }
  uint32_t index = 0;
  const auto parsed = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == token.data() + token.size();
  return whole && index < node.count ? &nodes_[begin[index]] : nullptr;
}

Place PlaceTree::Nearest(std::string_view pointer) const {
  if (nodes_.empty()) return {};
  const Node* node = &nodes_.front();
  while (pointer.starts_with('/')) {
    const Node* child = Child(*node, TakeToken(pointer));
    if (child == nullptr) break;
    node = child;
  }
  return node->place;
}

}  // namespace loadline::validator
