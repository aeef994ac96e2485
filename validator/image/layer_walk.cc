// SPDX-License-Identifier: Apache-2.0
#include "validator/image/layer_walk.h"

#include "base/files.h"

namespace loadline::validator {
namespace {

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";
constexpr size_t kMostWhiteouts = 1000;

std::string Quoted(std::string_view path) { return "\"" + std::string(path) + "\""; }

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// How far below the root a relative target may climb before it leaves it; whether it does.
bool ClimbsOut(std::string_view path, int depth) {
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part == "..") {
      if (--depth < 0) return true;
    } else if (!part.empty() && part != ".") {
      ++depth;
    }
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return false;
}

int DepthOf(const std::string& path) {
  return static_cast<int>(std::count(path.begin(), path.end(), '/'));
}

// An archive's own words for its root: "./", "/" and "".
std::string Clean(std::string_view path) {
  std::string clean = CleanPath(path);
  while (clean.starts_with('/')) clean.erase(0, 1);
  return clean == "." ? "" : clean;
}

}  // namespace

void LayerWalk::See(const TarEntry& entry) {
  const std::string path = Clean(entry.path);
  CheckPath(entry, path);
  const std::string parent = ParentOf(path);
  const std::string_view name =
      std::string_view(path).substr(parent.empty() ? 0 : parent.size() + 1);
  if (name.starts_with(kWhiteout)) {
    SeeWhiteout(entry, parent, name);
  } else if (!path.empty()) {
    paths_.Add(parent, PathSet::kHasEntries);
  }
  // The root may be named more than once: "." and "./" are one builder's habit.
  const auto marks = static_cast<uint8_t>(
      PathSet::kSeen | (entry.type == EntryType::kDirectory ? PathSet::kDirectory : 0));
  if ((paths_.Add(path, marks) & PathSet::kSeen) != 0 && !path.empty())
    observations_.Add("layer/no-duplicate-entries", Quoted(path) + " stands twice in the archive",
                      "keep the one that is meant");
  if (entry.type == EntryType::kLink || entry.type == EntryType::kHardLink) SeeLink(entry, path);
  if (entry.type == EntryType::kLink) {
    paths_.Add(path, PathSet::kSymbolicLink);
    has_links_ = true;
  } else if (has_links_) {
    paths_.Remove(path, PathSet::kSymbolicLink);
  }
  if (entry.type == EntryType::kOther)
    observations_.Add("layer/file-type", Quoted(path) + " is of a type that no system can make",
                      "a layer holds files, directories, links, devices and FIFOs");
  if (entry.sparse)
    observations_.Add("layer/sparse", Quoted(path) + " is a sparse file",
                      "write its holes as zeros: tar programs disagree on sparse files");
}

void LayerWalk::CheckPath(const TarEntry& entry, const std::string& path) {
  if (ClimbsOut(entry.path, 0))
    observations_.Add("layer/path-escape", Quoted(entry.path) + " leads out of the root",
                      "do not unpack this layer; name entries below the root");
  if (entry.path.starts_with('/') && !said_absolute_) {
    said_absolute_ = true;
    observations_.Add("layer/path-relative", Quoted(entry.path) + " is an absolute path",
                      "name entries relative to the root, as \"./etc/hosts\" or \"etc/hosts\"");
  }
  if (!has_links_) return;
  for (size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string_view ancestor = std::string_view(path).substr(0, slash);
    if ((paths_.MarksOf(ancestor) & PathSet::kSymbolicLink) == 0) continue;
    observations_.Add("layer/path-through-link",
                      Quoted(path) + " lies behind " + Quoted(ancestor) +
                          ", which this layer makes a symbolic link",
                      "programs that unpack it do different things: name the entry where it is");
    return;
  }
}

void LayerWalk::SeeWhiteout(const TarEntry& entry, const std::string& parent,
                            std::string_view name) {
  if (name == kWhiteout) {
    observations_.Add("layer/whiteout-named",
                      Quoted(entry.path) + " hides nothing: no name follows",
                      "name what is to be removed behind \".wh.\"");
  } else if (entry.type != EntryType::kFile || entry.size != 0) {
    observations_.Add(
        "layer/whiteout-empty", Quoted(entry.path) + " is a whiteout, and no empty regular file",
        "a whiteout is empty; no other file may have a name that begins with \".wh.\"");
  }
  if ((paths_.MarksOf(parent) & PathSet::kHasEntries) != 0 && !said_order_) {
    said_order_ = true;
    observations_.Add("layer/whiteout-order",
                      Quoted(entry.path) + " comes behind entries of the same directory",
                      "write whiteouts first");
  }
  if (name == kOpaque) {
    if (!said_opaque_)
      observations_.Add("layer/whiteout-explicit", Quoted(entry.path) + " is an opaque whiteout",
                        "write one whiteout for each file that is removed");
    said_opaque_ = true;
  } else if (!name.starts_with(".wh..wh.") && whiteouts_.size() < kMostWhiteouts) {
    whiteouts_.push_back((parent.empty() ? "" : parent + "/") +
                         std::string(name.substr(kWhiteout.size())));
  }
}

void LayerWalk::SeeLink(const TarEntry& entry, const std::string& path) {
  if (entry.target.empty()) {
    observations_.Add("layer/link-target", Quoted(path) + " is a link to nothing",
                      "name its target");
  } else if (entry.type == EntryType::kHardLink) {
    const uint8_t marks = paths_.MarksOf(Clean(entry.target));
    if (ClimbsOut(entry.target, 0)) {
      observations_.Add(
          "layer/hard-link-escape",
          Quoted(path) + " is a hard link to " + Quoted(entry.target) + ", outside of the root",
          "do not unpack this layer");
    } else if ((marks & PathSet::kDirectory) != 0) {
      observations_.Add("layer/hard-link-directory",
                        Quoted(path) + " is a hard link to the directory " + Quoted(entry.target),
                        "no system can make it: use a symbolic link");
    } else if ((marks & PathSet::kSeen) == 0) {
      observations_.Add("layer/hard-link-known",
                        Quoted(path) + " is a hard link to " + Quoted(entry.target) +
                            ", which does not stand before it in this layer",
                        "write the file itself first");
    }
  } else if (!entry.target.starts_with('/') && ClimbsOut(entry.target, DepthOf(path))) {
    observations_.Add("layer/link-escape",
                      Quoted(path) + " is a symbolic link to " + Quoted(entry.target) +
                          ", which climbs above the root",
                      "programs that unpack it carelessly follow it out of the root");
  }
}

void LayerWalk::Finish() {
  for (const std::string& path : whiteouts_) {
    if ((paths_.MarksOf(path) & PathSet::kSeen) != 0)
      observations_.Add("layer/whiteout-beside-file",
                        "the whiteout of " + Quoted(path) + " does not hide the one of this layer",
                        "leave one of them out");
  }
}

}  // namespace loadline::validator
