"""What a form is made of, before anything is drawn: fields, typed values, and what they change."""
