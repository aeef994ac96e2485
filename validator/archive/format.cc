// SPDX-License-Identifier: Apache-2.0
#include "validator/archive/format.h"

#include <algorithm>

namespace loadline::validator {

using namespace std::string_view_literals;

std::string_view ToText(Format format) {
  switch (format) {
    case Format::kJson:
      return "JSON";
    case Format::kTar:
      return "plain tar";
    case Format::kGzip:
      return "gzip";
    case Format::kBzip2:
      return "bzip2";
    case Format::kXz:
      return "xz";
    case Format::kZstd:
      return "zstd";
    case Format::kOther:
      break;
  }
  return "neither a tar archive nor compressed";
}

Format FormatOf(std::string_view beginning) {
  if (beginning.starts_with("\x1f\x8b"sv)) return Format::kGzip;
  if (beginning.starts_with("BZh"sv)) return Format::kBzip2;
  if (beginning.starts_with("\xfd\x37zXZ\0"sv)) return Format::kXz;
  if (beginning.starts_with("\x28\xb5\x2f\xfd"sv)) return Format::kZstd;
  // Zstandard may begin with a frame to be skipped.
  if (beginning.size() >= 4 && (beginning[0] & 0xf0) == 0x50 &&
      beginning.substr(1).starts_with("\x2a\x4d\x18"sv))
    return Format::kZstd;
  if (beginning.size() > 262 && beginning.substr(257).starts_with("ustar"sv)) return Format::kTar;
  const size_t text = beginning.find_first_not_of(" \t\r\n");
  if (text != std::string_view::npos && (beginning[text] == '{' || beginning[text] == '['))
    return Format::kJson;
  if (beginning.size() >= 512 && beginning.substr(0, 512).find_first_not_of('\0') == beginning.npos)
    return Format::kTar;
  return Format::kOther;
}

bool IsCompressed(Format format) {
  return format == Format::kGzip || format == Format::kBzip2 || format == Format::kXz ||
         format == Format::kZstd;
}

}  // namespace loadline::validator
