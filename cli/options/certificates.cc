// SPDX-License-Identifier: Apache-2.0
// The verbs for certificates.
#include "cli/options/verbs.h"

namespace loadline::cli {

void AddSign(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("sign", "make a certificate of a report, or sign one again");
  auto options = std::make_shared<SignOptions>();
  verb->add_option("report", options->report, "written with --report json=FILE")
      ->type_name("REPORT");
  verb->add_option("--key", options->key,
                   "PEM of a private key (Ed25519, or ECDSA on P-256) that its owner alone may "
                   "read")
      ->required()
      ->type_name("KEY");
  verb->add_option("--passphrase-file", options->passphrase_file,
                   "of an encrypted key: the first line of this file")
      ->type_name("PATH");
  verb->add_option("--evidence", options->evidence,
                   "certify this file, too, by its digest (with --add: it was certified); "
                   "repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  verb->add_option("--valid-days", options->valid_days, "how long it holds (default: 180)")
      ->check(CLI::Range(1, 3650))
      ->type_name("N");
  verb->add_flag("--allow-exceptions", options->allow_exceptions,
                 "certify what fails MUSTs for known reasons as conformant-except");
  verb->add_option("--add", options->add,
                   "sign this certificate of the report once more, with another key, instead of "
                   "making one")
      ->type_name("CERT");
  verb->add_option("--signed-by", options->signed_by,
                   "with --add: PEM of the public key of who signed it before; repeatable")
      ->type_name("KEY")
      ->allow_extra_args(false);
  verb->add_option("--layout", options->layout,
                   "attach it to an image of this OCI layout as a referrer, too")
      ->type_name("DIR");
  verb->add_option("--image", options->image,
                   "reference name or digest of the image (default: the only one)")
      ->type_name("NAME");
  verb->add_option("-o,--output", options->output, "write it to this file")->type_name("CERT");
  verb->callback([options, &command] { command = *options; });
}

void AddVerify(CLI::App& app, Command& command) {
  CLI::App* verb =
      app.add_subcommand("verify", "does this certificate hold, here and now, for this candidate?");
  auto options = std::make_shared<VerifyOptions>();
  verb->add_option("certificate", options->certificate, "written by `loadline sign`")
      ->type_name("CERT");
  verb->add_option("--key", options->keys, "PEM of a public key that is trusted; repeatable")
      ->required()
      ->type_name("KEY")
      ->allow_extra_args(false);
  verb->add_option("--threshold", options->threshold,
                   "how many of the keys have to have signed (default: all)")
      ->check(CLI::Range(1, 100))
      ->type_name("N");
  verb->add_flag("--allow-others", options->allow_others,
                 "let signatures be that no key was given for");
  verb->add_option("--report", options->report, "the report that it was made of")
      ->type_name("FILE");
  verb->add_option("--evidence", options->evidence, "the directory of all files that it names")
      ->type_name("DIR");
  verb->add_option("--result", options->result, "whether this one result is a certified one")
      ->type_name("FILE");
  verb->add_option("--candidate", options->candidate,
                   "as for certify, or the path that was validated (default: what the certificate "
                   "names)")
      ->type_name("CANDIDATE");
  verb->add_flag("--document", options->document,
                 "as a document only: not whether it belongs to this machine and candidate");
  verb->add_option("--rerun", options->rerun, "judge a sample of so many results again")
      ->check(CLI::Range(1, 100000))
      ->type_name("N");
  verb->add_option("--seed", options->seed, "of the sample (default: a new one)")->type_name("N");
  verb->add_option("--at", options->at, "as of this moment instead of now: 2026-11-28T20:15:00Z")
      ->type_name("TIME");
  verb->add_option("--layout", options->layout, "the certificates of this OCI layout")
      ->type_name("DIR");
  verb->add_flag("-v,--verbose", options->verbose,
                 "what it says to the questions of the Common Criteria, and what was not judged");
  AddListFormat(*verb, options->format);
  verb->callback([options, &command] { command = *options; });
}

}  // namespace loadline::cli
