// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/systemd/dbus_message.h"

#include <bit>
#include <cstring>

namespace loadline::runtime {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr char kLittleEndian = 'l';
constexpr uint8_t kProtocol = 1;
constexpr size_t kLongest = size_t{1} << 20;  // nothing that systemd answers comes near

// Numbers of the header's fields.
enum Field : uint8_t {
  kPath = 1,
  kInterface = 2,
  kMember = 3,
  kErrorName = 4,
  kReplySerial = 5,
  kDestination = 6,
  kSender = 7,
  kSignature = 8,
};

size_t Padding(size_t size, size_t boundary) { return (boundary - size % boundary) % boundary; }

}  // namespace

void DbusWriter::Align(size_t boundary) { bytes_.append(Padding(bytes_.size(), boundary), '\0'); }

void DbusWriter::Number32(uint32_t value) {
  Align(4);
  bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void DbusWriter::Number64(uint64_t value) {
  Align(8);
  bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void DbusWriter::Text(std::string_view text) {
  Number32(static_cast<uint32_t>(text.size()));
  bytes_ += text;
  bytes_ += '\0';
}

void DbusWriter::Signature(std::string_view signature) {
  Byte(static_cast<uint8_t>(signature.size()));
  bytes_ += signature;
  bytes_ += '\0';
}

// The length leaves out the padding before the first element.
void DbusWriter::Array(size_t alignment, const std::function<void()>& elements) {
  Number32(0);
  const size_t length_at = bytes_.size() - sizeof(uint32_t);
  Align(alignment);
  const size_t begin = bytes_.size();
  elements();
  const auto length = static_cast<uint32_t>(bytes_.size() - begin);
  std::memcpy(bytes_.data() + length_at, &length, sizeof length);
}

bool DbusReader::Has(size_t count) {
  failed_ = failed_ || count > bytes_.size() - at_;
  return !failed_;
}

void DbusReader::Skip(size_t count) {
  if (Has(count)) at_ += count;
}

void DbusReader::Align(size_t boundary) { Skip(Padding(at_, boundary)); }

uint8_t DbusReader::Byte() { return Has(1) ? static_cast<uint8_t>(bytes_[at_++]) : 0; }

uint32_t DbusReader::Number32() {
  Align(4);
  uint32_t value = 0;
  if (!Has(sizeof value)) return 0;
  std::memcpy(&value, bytes_.data() + at_, sizeof value);
  at_ += sizeof value;
  return value;
}

std::string DbusReader::Text() {
  const size_t size = Number32();
  if (!Has(size + 1)) return "";
  const std::string text(bytes_.substr(at_, size));
  at_ += size + 1;
  return text;
}

std::string DbusReader::Signature() {
  const size_t size = Byte();
  if (!Has(size + 1)) return "";
  const std::string text(bytes_.substr(at_, size));
  at_ += size + 1;
  return text;
}

std::string Encode(const DbusCall& call, uint32_t serial) {
  DbusWriter message;
  message.Byte(kLittleEndian);
  message.Byte(static_cast<uint8_t>(DbusType::kCall));
  message.Byte(0);  // no flags: an answer is wanted
  message.Byte(kProtocol);
  message.Number32(static_cast<uint32_t>(call.body.size()));
  message.Number32(serial);
  message.Array(8, [&] {
    const auto add = [&](Field field, std::string_view type, const std::string& value) {
      if (value.empty()) return;
      message.Align(8);
      message.Byte(field);
      message.Signature(type);
      if (type == "g") {
        message.Signature(value);
      } else {
        message.Text(value);
      }
    };
    add(kPath, "o", call.path);
    add(kInterface, "s", call.interface);
    add(kMember, "s", call.member);
    add(kDestination, "s", call.destination);
    add(kSignature, "g", call.signature);
  });
  message.Align(8);
  return message.bytes() + call.body;
}

Result<size_t> LengthOf(std::string_view prefix) {
  if (prefix.size() < kDbusPrefix || prefix[0] != kLittleEndian)
    return Failure("the answer of D-Bus is no message in this machine's byte order");
  DbusReader reader(prefix.substr(4));
  const size_t body = reader.Number32();
  reader.Number32();  // the serial
  const size_t fields = reader.Number32();
  const size_t head = kDbusPrefix + fields;
  const size_t whole = head + Padding(head, 8) + body;
  if (body > kLongest || fields > kLongest) return Failure("the answer of D-Bus is too long");
  return whole;
}

Result<DbusMessage> Decode(std::string_view bytes) {
  ASSIGN_OR_RETURN(const size_t whole, LengthOf(bytes));
  if (bytes.size() != whole) return Failure("the answer of D-Bus is cut off");
  DbusMessage message;
  message.type = static_cast<DbusType>(bytes[1]);
  DbusReader reader(bytes);
  reader.Skip(12);
  const size_t end = kDbusPrefix + reader.Number32();
  while (reader.at() < end && !reader.failed()) {
    reader.Align(8);
    const uint8_t field = reader.Byte();
    const std::string type = reader.Signature();
    std::string text;
    uint32_t number = 0;
    if (type == "s" || type == "o") {
      text = reader.Text();
    } else if (type == "g") {
      text = reader.Signature();
    } else if (type == "u") {
      number = reader.Number32();
    } else {
      return Failure("a header of D-Bus has a field of the unknown type " + type);
    }
    if (field == kPath) message.path = text;
    if (field == kInterface) message.interface = text;
    if (field == kMember) message.member = text;
    if (field == kErrorName) message.error = text;
    if (field == kReplySerial) message.reply_to = number;
    if (field == kSender) message.sender = text;
    if (field == kSignature) message.signature = text;
  }
  reader.Align(8);
  if (reader.failed()) return Failure("a header of D-Bus is damaged");
  message.body = bytes.substr(reader.at());
  return message;
}

}  // namespace loadline::runtime
