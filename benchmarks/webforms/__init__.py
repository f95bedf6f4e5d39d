"""The page of ODK Web Forms, built from npm, as a peer to be measured and as a third judge of our forms."""
