// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/kernel_image.h"

#include <elf.h>

#include <cstring>
#include <optional>

#include "validator/archive/archive_reader.h"

namespace loadline::lab {
namespace {

// Offsets in the setup header.
constexpr size_t kSetupSectors = 0x1f1;
constexpr size_t kMagic = 0x202;
constexpr size_t kVersionString = 0x20e;
constexpr size_t kPayloadOffset = 0x248;
constexpr size_t kPayloadLength = 0x24c;
constexpr size_t kHeaderEnd = 0x250;
constexpr size_t kSector = 512;
constexpr uint32_t kPvhEntry = 18;  // XEN_ELFNOTE_PHYS32_ENTRY

template <class T>
std::optional<T> Load(std::string_view bytes, size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

bool IsBzImage(std::string_view image) {
  return image.size() > kHeaderEnd && image.substr(kMagic, 4) == "HdrS";
}

bool HasPvhNote(std::string_view notes) {
  size_t at = 0;
  while (const auto note = Load<Elf64_Nhdr>(notes, at)) {
    const auto padded = [](size_t size) { return (size + 3) / 4 * 4; };
    const size_t name = at + sizeof(Elf64_Nhdr);
    if (note->n_type == kPvhEntry && notes.substr(std::min(name, notes.size()), 3) == "Xen")
      return true;
    at = name + padded(note->n_namesz) + padded(note->n_descsz);
  }
  return false;
}

bool CanBeBooted(std::string_view kernel) {
  const auto header = Load<Elf64_Ehdr>(kernel, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return false;
  for (size_t i = 0; i < header->e_phnum; ++i) {
    const auto part = Load<Elf64_Phdr>(kernel, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (part && part->p_type == PT_NOTE && part->p_offset < kernel.size() &&
        HasPvhNote(kernel.substr(part->p_offset, part->p_filesz)))
      return true;
  }
  return false;
}

}  // namespace

std::string VersionOfImage(std::string_view image) {
  if (!IsBzImage(image)) return "";
  const size_t at = Load<uint16_t>(image, kVersionString).value_or(0) + kSector;
  if (at >= image.size()) return "";
  const std::string_view text = image.substr(at, 100);
  return std::string(text.substr(0, text.find_first_of(std::string_view(" \0", 2))));
}

std::string UnpackImage(std::string_view image) {
  using namespace loadline::validator;
  if (!IsBzImage(image)) return "";
  const auto sectors = static_cast<unsigned char>(image[kSetupSectors]);
  const size_t begin = (static_cast<size_t>(sectors) + 1) * kSector +
                       Load<uint32_t>(image, kPayloadOffset).value_or(0);
  if (begin >= image.size()) return "";
  const std::string_view payload =
      image.substr(begin, Load<uint32_t>(image, kPayloadLength).value_or(0));
  BytesSource packed(payload);
  auto unpacked = UnpackingSource::Open(packed, FormatOf(payload.substr(0, kFormatBytes)));
  std::string kernel;
  while (unpacked.has_value()) {
    const auto bytes = unpacked->Next();
    // The size of the kernel stands behind the packed stream, which some readers take amiss.
    if (!bytes.has_value() || bytes->empty()) break;
    kernel += *bytes;
  }
  return CanBeBooted(kernel) ? kernel : "";
}

}  // namespace loadline::lab
