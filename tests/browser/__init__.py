"""What the tests in a real browser are made of: Chromium, axe, and the checks where axe is silent."""
