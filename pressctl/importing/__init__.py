"""CSV and XLSX to numbered rows and facts or row problems. Never writes."""
