// SPDX-License-Identifier: Apache-2.0
#include "validator/image/inventory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "validator/archive/archive_reader.h"
#include "validator/archive/mapped_source.h"

namespace loadline::validator {
namespace {

constexpr off_t kWorthMapping = off_t{1} << 20;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// Names in a directory below another, sorted; an error when it cannot be listed.
Result<std::vector<std::string>> List(int root, const std::string& path) {
  ASSIGN_OR_RETURN(UniqueFd fd, OpenInRoot(root, path, O_RDONLY | O_DIRECTORY));
  const std::unique_ptr<DIR, CloseDirectory> directory(fdopendir(fd.get()));
  if (!directory) return CallError("fdopendir", path);
  fd.Release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  if (errno != 0) return CallError("readdir", path);
  std::sort(names.begin(), names.end());
  return names;
}

BlobQuestions QuestionsAbout(const std::string& path, const InventoryOptions& options) {
  BlobQuestions questions;
  const std::string digest = Inventory::DigestOfPath(path);
  const auto algorithm = DigestAlgorithmFromText(digest.substr(0, digest.find(':')));
  // What names itself by no digest (`docker save`) is called by its SHA-256.
  questions.digests = {algorithm.value_or(DigestAlgorithm::kSha256)};
  questions.open_layers = options.open_layers;
  questions.sha512_diff_ids = options.sha512_diff_ids;
  questions.limits = options.limits;
  return questions;
}

// A blob that somebody writes to while it is judged is none that anybody can vouch for.
std::string ChangedSince(const struct stat& before, int fd) {
  struct stat after {};
  const bool same = fstat(fd, &after) == 0 && after.st_size == before.st_size &&
                    after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
                    after.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
  return same ? "" : "it changed while it was read";
}

BlobFacts InspectFile(int root, const std::string& path, const InventoryOptions& options) {
  BlobFacts facts;
  const auto fd = OpenInRoot(root, path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  struct stat info {};
  if (!fd.has_value()) {
    facts.problem = fd.error().ToLine();
  } else if (fstat(fd->get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    facts.problem = "it is not a regular file";
  } else {
    const BlobQuestions questions = QuestionsAbout(path, options);
    if (info.st_size >= kWorthMapping) {
      MappedSource source(fd->get(), path, static_cast<uint64_t>(info.st_size));
      facts = InspectBlob(source, questions);
    } else {
      FdSource source(fd->get(), path);
      facts = InspectBlob(source, questions);
    }
    if (facts.problem.empty()) facts.problem = ChangedSince(info, fd->get());
  }
  return facts;
}

// Several threads take the next path until there is none; large blobs first would need their sizes.
void InspectAll(int root, std::map<std::string, BlobFacts>& files,
                const InventoryOptions& options) {
  auto next = files.begin();
  std::mutex mutex;
  const auto work = [&] {
    while (true) {
      std::map<std::string, BlobFacts>::iterator mine;
      {
        const std::lock_guard lock(mutex);
        if (next == files.end()) return;
        mine = next++;
      }
      mine->second = InspectFile(root, mine->first, options);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.jobs && static_cast<size_t>(i) < files.size(); ++i)
    threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
}

// Keeps the documents of one subject within their limit.
void ForgetTexts(Inventory& inventory, const ContentLimits& limits) {
  size_t kept = 0;
  for (auto& [path, facts] : inventory.files) {
    kept += facts.text.size();
    if (kept <= limits.documents_bytes) continue;
    facts.text.clear();
    facts.problem = "all documents together are larger than " +
                    std::to_string(limits.documents_bytes) + " bytes";
  }
}

}  // namespace

const BlobFacts* Inventory::Find(const std::string& path) const {
  const auto link = links.find(path);
  const auto found = files.find(link == links.end() ? path : link->second);
  return found == files.end() ? nullptr : &found->second;
}

std::string Inventory::DigestOfPath(const std::string& path) {
  constexpr std::string_view kBlobs = "blobs/";
  const size_t slash = path.rfind('/');
  if (!path.starts_with(kBlobs) || slash < kBlobs.size()) return "";
  return path.substr(kBlobs.size(), slash - kBlobs.size()) + ":" + path.substr(slash + 1);
}

std::string Inventory::PathOfDigest(const std::string& digest) {
  const size_t colon = digest.find(':');
  return "blobs/" + digest.substr(0, colon) + "/" +
         (colon == std::string::npos ? "" : digest.substr(colon + 1));
}

Result<Inventory> ReadInventory(const OpenedSubject& subject, const InventoryOptions& options) {
  if (subject.is_directory) return ReadLayoutDirectory(subject.fd.get(), options);
  FdSource source(subject.fd.get(), subject.file, subject.beginning);
  return ReadImageArchive(source, options);
}

Result<Inventory> ReadLayoutDirectory(int directory, const InventoryOptions& options) {
  Inventory inventory;
  ASSIGN_OR_RETURN(const auto top, List(directory, "."));
  for (const std::string& entry : top) {
    if (entry == "oci-layout" || entry == "index.json" || entry == "manifest.json")
      inventory.files.emplace(entry, BlobFacts());
    if (entry == "blobs") inventory.has_blobs_directory = true;
  }
  if (inventory.has_blobs_directory) {
    auto algorithms = List(directory, "blobs");
    if (!algorithms.has_value()) {
      inventory.has_blobs_directory = false;
      algorithms = std::vector<std::string>();
    }
    for (const std::string& algorithm : *algorithms) {
      const auto blobs = List(directory, "blobs/" + algorithm);
      if (!blobs.has_value()) {
        inventory.observations.Add("image/blob-file", "blobs/" + algorithm + " is no directory",
                                   "blobs stand in blobs/<algorithm>/");
        continue;
      }
      for (const std::string& blob : *blobs)
        inventory.files.emplace("blobs/" + algorithm + "/" + blob, BlobFacts());
    }
  }
  InspectAll(directory, inventory.files, options);
  ForgetTexts(inventory, options.limits);
  return inventory;
}

Result<Inventory> ReadImageArchive(ByteSource& source, const InventoryOptions& options) {
  Inventory inventory;
  inventory.is_archive = true;
  PeekedSource archive(source);
  ASSIGN_OR_RETURN(const std::string_view beginning, archive.Peek(kFormatBytes));
  ASSIGN_OR_RETURN(UnpackingSource unpacked, UnpackingSource::Open(archive, FormatOf(beginning)));
  ASSIGN_OR_RETURN(TarReader reader, TarReader::Open(unpacked));
  uint64_t count = 0;
  while (true) {
    auto entry = reader.NextEntry();
    if (!entry.has_value()) {
      inventory.observations.Add("image/archive", entry.error().ToLine(),
                                 "write the archive again");
      inventory.is_damaged = true;
      break;
    }
    if (!*entry) break;
    if (++count > options.limits.entries) {
      inventory.observations.Add(
          "image/archive",
          "it holds more than " + std::to_string(options.limits.entries) + " entries");
      inventory.is_damaged = true;
      break;
    }
    const std::string path = CleanPath((*entry)->path);
    if (path == "blobs" || path.starts_with("blobs/")) inventory.has_blobs_directory = true;
    if ((*entry)->type == EntryType::kLink)
      inventory.links[path] = CleanPath(path.substr(0, path.rfind('/') + 1) + (*entry)->target);
    if ((*entry)->type == EntryType::kHardLink) inventory.links[path] = CleanPath((*entry)->target);
    if ((*entry)->type != EntryType::kFile) continue;
    if (inventory.files.contains(path)) {
      inventory.observations.Add("image/archive-entry-once",
                                 "\"" + path + "\" stands twice in the archive",
                                 "programs differ in which of them they read: keep one");
      continue;
    }
    inventory.files[path] = InspectBlob(reader, QuestionsAbout(path, options));
  }
  ForgetTexts(inventory, options.limits);
  return inventory;
}

}  // namespace loadline::validator
