-- What extraction made of each document, beside what intake knows of it.
UPDATE controls.documents
SET status = read.status,
    reason_code = read.reason_code,
    document_class = read.document_class,
    pages = read.pages,
    records = read.records
FROM controls.extractions AS read
WHERE (documents.lane, documents.batch_id, documents.document_id) = (read.lane, read.batch_id, read.document_id)
  AND (documents.status, documents.reason_code, documents.document_class, documents.pages, documents.records)
      IS DISTINCT FROM (read.status, read.reason_code, read.document_class, read.pages, read.records)
