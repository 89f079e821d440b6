"""What ``make`` calls beside the app and its tests."""
