"""The prompts as shipped: for each zone, what the guide asks for, in our own words.

Source: the guide ("Les attendus du CER" and what follows). A paragraph is one thing to think of.
"""

from services.contracts.domain.reference.texts import Zone

PROMPTS: dict[Zone, tuple[str, ...]] = {
    Zone.CONTACT: (
        "Avant tout, vérifiez que vous avez un téléphone mobile et une adresse mail (« Modifier l'identité »).",
        "Ils servent à signer le CER par SMS et à l'envoyer par mail, ce qui est attendu chaque fois que c'est "
        "possible.",
    ),
    Zone.NUMERO: (
        "La numérotation est libre. Commencez à 1 : c'est le premier CER saisi ici, pas forcément le premier de la "
        "personne.",
    ),
    Zone.NATURE: (
        "Dites si c'est un premier contrat, un renouvellement, une modification du contrat en cours ou un "
        "rétablissement de droits : les dates par convention en dépendent.",
    ),
    Zone.DATES: (
        "Vous proposez le début et la fin. Seul le début est obligatoire ; sans fin, le CER figure dans la liste "
        "« sans date de fin ».",
        "Par convention, le CER commence le premier jour du mois qui suit.",
        "Un CER de rétablissement commence à la date attendue du rétablissement : le 1er du mois de sa signature.",
    ),
    Zone.DATE_SIGNATURE: (
        "C'est le jour du rendez-vous où le CER est écrit avec la personne et par elle. Jamais une date à venir.",
    ),
    Zone.DATE_DEMANDEE: (
        "À titre exceptionnel, le chef de service peut accorder une date de rétablissement plus ancienne : "
        "saisissez-la ici avec son motif, il en décide.",
    ),
    Zone.NOTE: (
        "Une note de vous au service insertion. Elle n'apparaît dans aucune édition du CER.",
        "N'y mettez que ce qui explique la demande cochée : le reste a sa place dans les autres zones.",
    ),
    Zone.REQUESTS: (
        "Cochez ce que vous demandez au service : passage en commission, en EP, en GEI, en GAD ou en GECl, "
        "réorientation à discuter.",
        "Si la situation est sensible, demandez à être rappelé par le service.",
    ),
    Zone.DERNIER_CONTRAT: (
        "À cocher si ce contrat est le dernier : il ne déclenchera plus d'alerte de renouvellement.",
    ),
    Zone.PRIORITY: (
        "Obligatoire : elle dit au secrétariat insertion avec quelle priorité traiter ce CER. Elle n'apparaît dans "
        "aucune édition.",
    ),
    Zone.SITUATION: (
        "Âge, situation familiale, logement, mobilité (permis, véhicule), depuis quand dans le dispositif, depuis "
        "quand accompagné par vous.",
        "Le parcours jusqu'ici, en quelques lignes.",
        "Les objectifs du dernier CER, rappelés.",
        "Ce qui a compté depuis : faits, actions, étapes, événements marquants.",
        "Pour un travailleur non salarié (TNS) : depuis quand dure l'accompagnement TNS, comment évolue le chiffre "
        "d'affaires, quelles ressources permettraient de sortir du RSA (abattements pris en compte).",
    ),
    Zone.EVALUATION: (
        "En bref, et ensemble : ce qui a été possible et ce qui ne l'a pas été, pour la personne et pour vous.",
        "Les ressources qui ont pu être mobilisées.",
        "Ce qui a pu faire frein.",
    ),
    Zone.OBJECTIVES: (
        "Au moins un objectif. Choisissez son thème dans la liste ; pour chaque objectif de plus, « Ajouter un "
        "objectif ». La corbeille en efface un.",
        "Déclinez chaque action : ce que la personne doit réaliser, ce que le référent doit réaliser.",
        "Relisez les objectifs avec la personne, puis recueillez son accord.",
    ),
    Zone.DIAGNOSTICS: (
        "Un diagnostic mobilisé (formation, création d'activité, Regain…) figure dans un objectif, avec une étape.",
        "Déposez la demande scannée dans le dossier de la personne. C'est à vous de le faire.",
    ),
    Zone.ACCORD_SMS: (
        "1er cas : un mobile est connu et la personne l'a avec elle. Recueillez son accord par SMS : laissez « NC », "
        "terminez la saisie et enregistrez ; la signature se fait sur un CER enregistré.",
        "À préférer dès que c'est possible : l'accord est alors opposable si la personne le conteste plus tard.",
    ),
    Zone.ACCORD_CASE: (
        "2e cas : tous les autres (pas de mobile connu, ou pas de téléphone pendant l'entretien). Recueillez l'accord "
        "par la case : « oui » ou « non », puis terminez la saisie.",
    ),
    Zone.EXPRESSION: (
        "Invitez la personne à dire ce qui ne l'a pas encore été.",
        "Ce qu'elle veut faire savoir de sa situation, de son parcours, des actions menées ; une demande personnelle "
        "ou particulière.",
        "Si elle ne souhaite rien dire, écrivez-le.",
    ),
    Zone.NOTE_REFERENT: (
        "Laissez cette zone vide : le service y écrit pour vous, avec sa décision, des pistes d'action et des "
        "propositions.",
        "Prenez toujours connaissance du retour du Département : la décision commentée et cette note.",
    ),
    Zone.EDITION: (
        "CER sans décision : il vient d'être écrit ; c'est celui qui est signé.",
        "CER décision valide, CER décision non valide : le service insertion a rendu la décision du Département.",
        "CER vierge : à remplir à la main quand le logiciel ne répond pas.",
        "Le logiciel propose l'édition qui convient à l'état du CER.",
    ),
    Zone.SIGNATURE: (
        "« Processus de signature » : parcourez le document avec la personne jusqu'en bas de la dernière page ; le "
        "bouton « Signer » devient actif.",
        "La personne reçoit un code par SMS et vous le dit ; saisissez-le.",
        "Téléchargez le document signé, imprimez-le et remettez-le ; vous recevez aussi un mail avec un lien.",
    ),
    Zone.SUBMISSION: (
        "Une fois l'accord recueilli, revenez sur le CER et choisissez « Passer à l'état soumis à l'étude » : le "
        "service insertion le reçoit, vous ne pouvez plus le modifier.",
    ),
}
