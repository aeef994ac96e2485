// SPDX-License-Identifier: Apache-2.0
#include "validator/image/blob.h"

#include "validator/archive/archive_reader.h"
#include "validator/image/layer_walk.h"

namespace loadline::validator {
namespace {

constexpr uint64_t kFreeBytes = uint64_t{64} << 20;

// Ends a source that unpacks to more than the limits allow.
class BoundedSource : public ByteSource {
 public:
  BoundedSource(ByteSource& source, const HashingSource& packed, const ContentLimits& limits)
      : source_(source), packed_(packed), limits_(limits) {}

  Result<std::string_view> Next() override {
    ASSIGN_OR_RETURN(const std::string_view bytes, source_.Next());
    size_ += bytes.size();
    if (size_ > limits_.unpacked_bytes)
      return TooMuch("unpacks to more than " + std::to_string(limits_.unpacked_bytes) + " bytes");
    if (size_ > kFreeBytes && size_ / limits_.ratio > packed_.size())
      return TooMuch("unpacks to more than " + std::to_string(limits_.ratio) + " times its size");
    return bytes;
  }
  bool exceeded() const { return exceeded_; }

 private:
  Error TooMuch(std::string what) {
    exceeded_ = true;
    return Failure(std::move(what));
  }

  ByteSource& source_;
  const HashingSource& packed_;
  const ContentLimits& limits_;
  uint64_t size_ = 0;
  bool exceeded_ = false;
};

Result<uint64_t> WalkEntries(ByteSource& tar, LayerWalk& walk, const ContentLimits& limits,
                             bool& exceeded) {
  ASSIGN_OR_RETURN(TarReader reader, TarReader::Open(tar));
  uint64_t count = 0;
  while (true) {
    ASSIGN_OR_RETURN(const auto entry, reader.NextEntry());
    if (!entry) break;
    if (++count > limits.entries) {
      exceeded = true;
      return Failure("holds more than " + std::to_string(limits.entries) + " entries");
    }
    walk.See(*entry);
  }
  walk.Finish();
  return count;
}

// Unpacks the blob and walks its entries, and reads both to their ends for the digests' sake.
LayerFacts OpenLayer(PeekedSource& blob, Format format, const HashingSource& packed,
                     const BlobQuestions& questions) {
  LayerFacts facts;
  const auto fail = [&](const Error& error, bool exceeded) {
    facts.observations.Add(
        exceeded ? "layer/limits" : "layer/tar", error.ToLine(),
        exceeded ? "raise the limit with --limit if this is meant" : "pack the layer again");
  };
  auto unpacked = UnpackingSource::Open(blob, format);
  if (!unpacked.has_value()) {
    fail(unpacked.error(), false);
    return facts;
  }
  BoundedSource bounded(*unpacked, packed, questions.limits);
  std::vector<DigestAlgorithm> algorithms{DigestAlgorithm::kSha256};
  if (questions.sha512_diff_ids) algorithms.push_back(DigestAlgorithm::kSha512);
  HashingSource hashed(bounded, algorithms);
  LayerWalk walk;
  bool too_many = false;
  const auto entries = WalkEntries(hashed, walk, questions.limits, too_many);
  for (const Observation& observation : walk.observations().found())
    facts.observations.Add(observation.rule, observation.message, observation.hint);
  const bool stopped = too_many || bounded.exceeded();
  if (!entries.has_value()) fail(entries.error(), stopped);
  if (stopped) return facts;
  // What stands behind the end of the archive belongs to the diffID too.
  const auto rest = Drain(hashed);
  if (!rest.has_value()) {
    if (entries.has_value()) fail(rest.error(), bounded.exceeded());
    return facts;
  }
  facts.entries = entries.value_or(0);
  facts.unpacked_size = hashed.size();
  facts.diff_ids = hashed.Digests();
  return facts;
}

Result<std::string> ReadText(ByteSource& source, size_t cap) {
  std::string text;
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view bytes, source.Next());
    if (bytes.empty()) return text;
    if (text.size() + bytes.size() > cap) return std::string();
    text += bytes;
  }
}

Result<void> Read(PeekedSource& blob, const HashingSource& packed, const BlobQuestions& questions,
                  BlobFacts& facts) {
  ASSIGN_OR_RETURN(const std::string_view beginning, blob.Peek(kFormatBytes));
  facts.format = FormatOf(beginning);
  if (facts.format == Format::kJson) {
    ASSIGN_OR_RETURN(facts.text, ReadText(blob, questions.limits.document_bytes));
  } else if (facts.format != Format::kOther && questions.open_layers) {
    facts.layer = OpenLayer(blob, facts.format, packed, questions);
  }
  return Drain(blob);
}

}  // namespace

BlobFacts InspectBlob(ByteSource& source, const BlobQuestions& questions) {
  BlobFacts facts;
  HashingSource hashed(source, questions.digests);
  PeekedSource blob(hashed);
  if (auto read = Read(blob, hashed, questions, facts); !read.has_value())
    facts.problem = read.error().ToLine();
  facts.size = hashed.size();
  facts.digests = hashed.Digests();
  return facts;
}

}  // namespace loadline::validator
