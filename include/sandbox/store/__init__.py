"""The store itself: settings, access, quota, information, and the countries it ships to."""
