"""Who somebody is, said by issuers elsewhere, by tokens for programmes, or by a browser's session."""
