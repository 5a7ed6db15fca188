"""What the API's documentation shows."""

from pydantic.config import JsonDict

OBJECTIVE: JsonDict = {
    "theme": "mobilite",
    "person_does": "Dépose une demande de microcrédit.",
    "referent_does": "Instruit l'aide à la mobilité.",
    "etapes": [{"label": "Rendez-vous à la plateforme mobilité", "due": "2026-04-20"}],
    "diagnostics": [],
}

CER: JsonDict = {
    "nature": "renouvellement",
    "date_signature": "2026-03-12",
    "duration_months": 6,
    "requests": ["rappel"],
    "note": "Préfère être rappelée le matin.",
    "dernier_contrat": False,
    "priority": "normale",
    "situation": "Vit seule, locataire. Permis B, sans véhicule. A suivi l'atelier CV prévu au dernier CER.",
    "evaluation": "L'atelier a été suivi ; la recherche de véhicule est freinée par le budget.",
    "objectives": [OBJECTIVE],
    "accord": "nc",
    "expression": "Souhaite retrouver un emploi dans la restauration.",
}
