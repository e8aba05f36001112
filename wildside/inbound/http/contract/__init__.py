"""Operations, each said once: it registers its route, draws the document and names cases of tests."""
