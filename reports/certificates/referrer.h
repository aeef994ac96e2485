// SPDX-License-Identifier: Apache-2.0
// Referrer: a certificate in an OCI image layout, as an artifact manifest whose `subject` is an
// image of it (image-spec 1.1).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports::certificates {

inline constexpr char kArtifactType[] = "application/vnd.in-toto+json";
inline constexpr char kEnvelopeMediaType[] = "application/vnd.dsse.envelope.v1+json";

// Adds a certificate (the text of its file) to a layout; `image` is a digest or a reference name
// (org.opencontainers.image.ref.name), which may be empty where the layout has one image. The
// blobs come first and index.json last and whole, so that readers see all of it or nothing. An
// error when it is no layout, or it is not clear which image is meant (kUsage).
Result<void> AttachCertificate(const std::string& layout, const std::string& certificate,
                               const std::string& image);

struct AttachedCertificate {
  std::string subject;  // digest of the image's manifest
  std::string digest;   // of the artifact's manifest, as index.json says it
  std::string text;     // of the certificate
  std::string problem;  // why there is no text: a blob that is not there, or not what it is called
};
// In the order of index.json. Whoever puts something else beside a certificate does not take it
// away: what cannot be read has a problem, and statements of others are left out.
Result<std::vector<AttachedCertificate>> CertificatesIn(const std::string& layout);

// The images of a layout, by the digests of their manifests or indexes; certificates are none.
Result<std::vector<SubjectFile>> ImagesIn(const std::string& layout);
// The digest of index.json.
Result<std::string> DigestOfIndex(const std::string& layout);

}  // namespace loadline::reports::certificates
